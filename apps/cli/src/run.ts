import { type Command, CommanderError } from 'commander';
import { errorText } from './error-text.ts';
import { EXIT } from './exit-code.ts';
import { processOutput } from './output.ts';
import { buildProgram } from './program.ts';
import { type LoadedQuestions, operationAsked } from './questions/add-questions.ts';
import { isAskedFor, usageError } from './usage-error.ts';

/**
 * Runs one command line and answers with its exit code. Everything is printed by then.
 *
 * @param argv What stands behind the program's name.
 */
export async function run(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const output = processOutput({ json: argv.includes('--json'), quiet: argv.includes('--quiet') });
  const words = commandWords(argv);
  try {
    const program = buildProgram(
      (code) => {
        exitCode = code;
      },
      await loadQuestion(words),
    );
    throwMistakes(program);
    await program.parseAsync(words === null || words.length > 0 ? [...argv] : ['serve', ...argv], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (isAskedFor(thrown)) return EXIT.done;
      const report = usageError(
        thrown,
        words ?? [],
        buildProgram(() => undefined),
      );
      if (output.json) output.printJson({ error: report });
      else output.complain(errorText(report));
      return EXIT.usage;
    }
    const { fail } = await import('./failure.ts');
    return fail(output, thrown);
  }
}

/** Lets a command and those below it throw what is wrong instead of printing it. */
function throwMistakes(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined, writeErr: () => undefined });
  for (const each of command.commands) throwMistakes(each);
}

/**
 * The words that name the command. None: the server is meant. Null where a mistake, or what was asked for instead (`--version`,
 * `--help`), shows only when the whole line is parsed.
 */
function commandWords(argv: readonly string[]): readonly string[] | null {
  const probe = buildProgram(() => undefined)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined });
  try {
    const { operands, unknown } = probe.parseOptions([...argv]);
    const isHelp = unknown.includes('--help') || unknown.includes('-h');
    return operands.length === 0 && isHelp ? null : operands;
  } catch {
    return null;
  }
}

/** The catalogue takes longer to load than all the rest, so it is loaded only for a question, and for that one alone. */
async function loadQuestion(words: readonly string[] | null): Promise<LoadedQuestions> {
  // `help search` and `tests help list` need the options too.
  const operation = words === null ? undefined : (operationAsked(words) ?? operationAsked(words.filter(isNotHelp)));
  if (operation === undefined) return new Map();
  const { questionOf } = await import('./questions/question.ts');
  const question = questionOf(operation);
  return question === undefined ? new Map() : new Map([[operation, question]]);
}

function isNotHelp(word: string): boolean {
  return word !== 'help';
}
