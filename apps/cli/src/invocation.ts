import type { Output } from './output.ts';

/** What every command is told: where its settings come from and where it writes. */
export interface Invocation {
  readonly env: NodeJS.ProcessEnv;
  readonly envFile: string | undefined;
  readonly customer: string | undefined;
  /** Use the sandbox, with a store of its own. */
  readonly demo: boolean;
  readonly output: Output;
}
