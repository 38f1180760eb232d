import { type Output, processOutput } from './output.ts';

/** What every command is told: where its settings come from and where it writes. */
export interface Invocation {
  readonly env: NodeJS.ProcessEnv;
  readonly envFile: string | undefined;
  readonly customer: string | undefined;
  /** Use the sandbox, with a store of its own. */
  readonly demo: boolean;
  readonly output: Output;
}

/** Options that stand before or after every command. */
export interface GlobalOptions {
  json?: true;
  quiet?: true;
  envFile?: string;
  customer?: string;
  demo?: true;
}

/** What these options mean for a command of this process. */
export function invocationOf(globals: GlobalOptions): Invocation {
  return {
    env: process.env,
    envFile: globals.envFile,
    customer: globals.customer,
    demo: globals.demo === true,
    output: processOutput({ json: globals.json === true, quiet: globals.quiet === true }),
  };
}
