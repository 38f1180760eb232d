import type { Runtime } from '@testio-mcp/runtime';
import { CUSTOMER } from '../several-customers.ts';

/** What the HTTP surface reads of the answer of get_server_diagnostics. */
export interface Diagnostics {
  readonly as_of: string | null;
  readonly completeness: {
    readonly complete: boolean;
    readonly missing: readonly { readonly what: string; readonly count: number | null; readonly why: string }[];
  };
  readonly store: { readonly counts: Readonly<Record<string, number>>; readonly size_bytes: number };
  readonly sync: {
    /** Who syncs now; null: nobody. */
    readonly running: object | null;
    readonly open_failures: number;
    readonly last_attempt: {
      readonly status: string;
      readonly finished_at: string | null;
      readonly error: { readonly message: string } | null;
    } | null;
  };
}

/**
 * Asks how fresh and complete a store is.
 *
 * @param customer the selected one when absent
 */
export async function readDiagnostics(
  runtime: Runtime,
  { signal, customer }: { readonly signal?: AbortSignal; readonly customer?: string | undefined } = {},
): Promise<Diagnostics> {
  const about = customer === undefined ? {} : { [CUSTOMER]: customer };
  const { output } = await runtime.call('get_server_diagnostics', about, { signal });
  return output as unknown as Diagnostics;
}
