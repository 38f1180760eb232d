import { CommanderError } from 'commander';
import { errorText } from './error-text.ts';
import { EXIT } from './exit-code.ts';
import { processOutput } from './output.ts';
import { buildProgram } from './program.ts';
import { isAskedFor, usageError } from './usage-error.ts';

/**
 * Runs one command line and answers with its exit code. Everything is printed by then.
 *
 * @param argv What stands behind the program's name.
 */
export async function run(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const output = processOutput({ json: argv.includes('--json'), quiet: argv.includes('--quiet') });
  const program = buildProgram((code) => {
    exitCode = code;
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ outputError: () => undefined, writeErr: () => undefined });
  }
  try {
    await program.parseAsync(withCommand(argv), { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (isAskedFor(thrown)) return EXIT.done;
      const report = usageError(thrown);
      if (output.json) output.printJson({ error: report });
      else output.complain(errorText(report));
      return EXIT.usage;
    }
    const { fail } = await import('./failure.ts');
    return fail(output, thrown);
  }
}

/** Puts `serve` in front when the line names no command and asks for no help. */
function withCommand(argv: readonly string[]): string[] {
  const probe = buildProgram(() => undefined)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined });
  try {
    const { operands, unknown } = probe.parseOptions([...argv]);
    const help = unknown.includes('--help') || unknown.includes('-h');
    return operands.length > 0 || help ? [...argv] : ['serve', ...argv];
  } catch {
    // Wrong or answered already (--version): the real parse says so.
    return [...argv];
  }
}
