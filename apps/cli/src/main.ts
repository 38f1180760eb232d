import { invocationOf } from './invocation.ts';

const exitCode = await endOf(process.argv.slice(2));
// Nothing may hold the process any more: a client waits for its end. What is written to a pipe may still be on its way.
process.stdout.write('', () => process.exit(exitCode));

async function endOf(argv: readonly string[]): Promise<number> {
  // So MCP clients start the server, and they wait for it: no other command has to be known for that.
  if (argv.length === 0 || (argv.length === 1 && argv[0] === 'serve')) {
    const { serve } = await import('./commands/serve.ts');
    return serve(invocationOf({}), { transport: 'stdio' });
  }
  const { run } = await import('./run.ts');
  return run(argv);
}
