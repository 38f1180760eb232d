import { diagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { withSession } from '../session.ts';
import { statusText } from '../status-text.ts';

/** Shows what the local copy holds, how fresh it is and what could not be read. Needs neither a token nor the API. */
export async function status(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  return withSession(invocation, { token: false, fills: false }, async ({ runtime, interruption }) => {
    const answer = await runtime.call('get_server_diagnostics', {}, { signal: interruption.signal });
    if (output.json) output.printJson(answer.output);
    else output.print(statusText(diagnostics.parse(answer.output), runtime.store.file, runtime.clock.now()));
    return EXIT.done;
  });
}
