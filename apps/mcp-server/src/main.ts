import { inspect } from 'node:util';
import { toTestioError } from '@testio-mcp/domain';
import { keepNewSpaceSmall, loadCustomers, programVersion, redactRemembered } from '@testio-mcp/runtime';
import { readArguments } from './arguments.ts';
import { helpPage } from './help.ts';

const FAILED = 1;
const NOTHING_DONE = 2;
/** How long a client that does not read may hold up the end. */
const LAST_WORDS_MS = 1_000;

async function main(): Promise<number> {
  const { show, transport, host, port, envFile, customer, quiet } = readArguments(process.argv.slice(2));
  if (show !== null) {
    process.stdout.write(show === 'help' ? helpPage() : `testio-mcp-server ${programVersion()}\n`);
    return 0;
  }
  const flags = {
    customerName: customer,
    logLevel: quiet ? 'error' : undefined,
    httpHost: host,
    httpPort: port,
  };
  const customers = loadCustomers({ env: process.env, flags, envFile });
  // What is loaded from here on stays, and would only make the space for new objects larger.
  if (transport !== 'http') keepNewSpaceSmall();
  // Loaded now that it is needed: a version, a help page or a mistake is shown without it.
  const { runServe } = await import('./run-serve.ts');
  return runServe(customers, { transport, quiet });
}

let exitCode: number;
try {
  exitCode = await main();
} catch (thrown) {
  const error = toTestioError(thrown);
  const { message, next } = error.report();
  const sentence = [message, next].filter((part) => part !== undefined).join(' ');
  // A fault of the program is of no use to anybody without its cause.
  process.stderr.write(
    redactRemembered(error.kind === 'internal' ? `${sentence}\n${inspect(thrown)}\n` : `${sentence}\n`),
  );
  exitCode = error.kind === 'configuration' ? NOTHING_DONE : FAILED;
}
// Nothing may hold the process any more: a client waits for its end. What is written to a pipe may still be on its way.
process.stdout.write('', () => process.exit(exitCode));
setTimeout(() => process.exit(exitCode), LAST_WORDS_MS);
