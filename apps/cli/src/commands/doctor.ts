import { type Config, examine, type Finding, worstLevel } from '@testio-mcp/runtime';
import { checkClients } from '../clients/check-clients.ts';
import { doctorText } from '../doctor-text.ts';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { accountConfig, withConfig } from '../session.ts';

/**
 * Looks at everything that testio-mcp needs and says what to do about what is wrong. Exit code 0: all is well; 3: it works, but
 * there are warnings; 1: something does not work.
 */
export async function doctor(invocation: Invocation, { fix = false }: { readonly fix?: boolean }): Promise<number> {
  const { output, env } = invocation;
  const look = (load: () => Config): Promise<Finding[]> =>
    examine(load, { fix, isDemo: invocation.demo, clients: async () => checkClients(env) });
  const show = (findings: readonly Finding[]): number => {
    const level = worstLevel(findings);
    if (output.json) output.printJson({ level, findings });
    else output.print(doctorText(findings));
    return EXIT_CODES[level];
  };
  if (!invocation.demo) return show(await look(() => accountConfig(invocation)));
  return withConfig(invocation, { fills: false }, async (config) => show(await look(() => config)));
}

const EXIT_CODES = { ok: EXIT.done, warning: EXIT.partial, failure: EXIT.failed } as const;
