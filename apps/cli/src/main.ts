import { run } from './run.ts';

const exitCode = await run(process.argv.slice(2));
// Nothing may hold the process any more: a client waits for its end. What is written to a pipe may still be on its way.
process.stdout.write('', () => process.exit(exitCode));
