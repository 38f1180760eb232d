import { type Command, InvalidArgumentError, Option } from 'commander';
import { commandPath, defaultOperation } from './command-path.ts';
import { OPERATIONS } from './operation-list.ts';
import type { Parameter } from './parameters.ts';
import type { Question } from './question.ts';

/** What a person asked on the command line. */
export interface Asked {
  readonly question: Question;
  readonly input: Readonly<Record<string, unknown>>;
  readonly csv: boolean;
  readonly all: boolean;
  /** Whether the file that is written is shown to the person, by the program of the system for it. */
  readonly open: boolean;
}

/** Loaded questions by operation. Commands of others are listed, but take no options. */
export type LoadedQuestions = ReadonlyMap<string, Question>;

const HEADING = 'Questions:';

/** Adds a command for every operation, those of the same subject below one word: `tests list`, `tests show`. */
export function addQuestions(program: Command, loaded: LoadedQuestions, act: (asked: Asked) => Promise<void>): void {
  for (const { operation, purpose } of OPERATIONS) {
    const path = commandPath(operation);
    if (path === null) continue;
    const isDefault = defaultOperation(path[0] ?? '') === operation;
    const command = commandAt(program, path, isDefault).description(purpose);
    if (path.length === 1) command.helpGroup(HEADING);
    const question = loaded.get(operation);
    if (question !== undefined) takeQuestion(command, question, act);
  }
}

/** The operation that the words of a command line ask. */
export function operationAsked(words: readonly string[]): string | undefined {
  const [group = ''] = words;
  return (
    OPERATIONS.find(({ operation }) => commandPath(operation)?.every((word, at) => words[at] === word))?.operation ??
    defaultOperation(group)
  );
}

/** The verbs that stand behind the first word of questions; none where it has none. */
function verbsOf(word: string): string[] {
  const paths = OPERATIONS.map(({ operation }) => commandPath(operation) ?? []);
  return paths.flatMap(([first, verb]) => (first === word && verb !== undefined ? [verb] : []));
}

function commandAt(program: Command, path: readonly string[], isDefault: boolean): Command {
  const [first = '', ...rest] = path;
  const group =
    program.commands.find((each) => each.name() === first) ??
    (rest.length === 0
      ? program.command(first)
      : program
          .command(first)
          .description(`ask about ${first}: ${verbsOf(first).join(', ')}`)
          .helpGroup(HEADING));
  return rest.length === 0 ? group : group.command(rest.join(' '), { isDefault });
}

function takeQuestion(command: Command, question: Question, act: (asked: Asked) => Promise<void>): void {
  const { subject, options, rows, hasPages } = question;
  if (subject !== null) takeSubject(command, subject);
  const fields = new Map<string, Parameter>();
  for (const parameter of options) {
    for (const option of optionsFor(parameter)) {
      fields.set(option.attributeName(), parameter);
      command.addOption(option);
    }
  }
  if (rows !== null) command.option('--csv', 'print comma-separated values with all columns');
  if (rows !== null && hasPages) {
    command.addOption(new Option('--all', 'walk all pages').conflicts(['page', 'offset']));
  }
  if (question.writesFile) command.option('--open', 'open the file; without --format and --output-file a page');
  command.addHelpText('after', helpEnd(question));
  command.action(async (...given: unknown[]) => {
    const { csv, all, open, [SUBJECT]: named = [], ...values } = command.opts<Record<string, unknown>>();
    const input = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [fields.get(name)?.field ?? name, value]),
    );
    if (subject !== null) {
      const words = [...(given[0] as readonly string[]), ...(named as readonly string[])];
      if (words.length === 0) {
        command.error(`missing required argument '${subject.flag}'`, { code: 'commander.missingArgument' });
      }
      input[subject.field] = subjectValue(subject, words);
    }
    await act({ question, input, csv: csv === true, all: all === true, open: open === true });
  });
}

/** Where commander keeps what was given as `--product` instead of as an argument. */
const SUBJECT = 'subject';

/** What the question is about is an argument. Who is used to `--product` from the lists may say that here too. */
function takeSubject(command: Command, { flag, placeholder, help }: Parameter): void {
  command.argument(`[${flag}...]`, help).usage(`[options] <${flag}...>`);
  const option = new Option(`--${flag} <${placeholder}>`, help).hideHelp();
  option.attributeName = () => SUBJECT;
  command.addOption(option.argParser((given: string, before: readonly string[] = []) => [...before, given]));
}

function subjectValue(subject: Parameter, words: readonly string[]): unknown {
  const given = words.map((word) => filled(word));
  // Without quotes a shell hands on each word of a title by itself.
  return subject.kind === 'list' ? given.flatMap((word) => itemsIn(word, subject)) : given.join(' ');
}

function optionsFor(parameter: Parameter): Option[] {
  const { flag, kind, placeholder, help } = parameter;
  if (kind === 'switch') return [new Option(`--${flag}`, help)];
  if (kind === 'choice') return [new Option(`--${flag}`, help), new Option(`--no-${flag}`, 'only those that are not')];
  const option = new Option(`--${flag} <${placeholder}>`, help);
  if (kind === 'value') return [option.argParser(filled)];
  const collect = (given: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    ...itemsIn(filled(given), parameter),
  ];
  option.argParser(collect);
  if (parameter.also === undefined) return [option];
  const same = new Option(`--${parameter.also} <${placeholder}>`, help).argParser(collect).hideHelp();
  same.attributeName = () => option.attributeName();
  return [option, same];
}

const IDS = /^\s*\d+(\s*,\s*\d+)+\s*$/;

/** Words and ids may stand together with commas between them; a title may hold commas of its own. */
function itemsIn(given: string, { splits }: Parameter): string[] {
  return splits || IDS.test(given) ? given.split(',').map((item) => item.trim()) : [given];
}

/** An empty text, such as an unset variable of a script, would otherwise count as not asked for, and select everything. */
function filled(given: string): string {
  if (given.trim() === '') throw new InvalidArgumentError('It is empty; leave it out to select everything.');
  return given;
}

function helpEnd({ operation, rows, hasPages }: Question): string {
  const lines = ['', `The same question in MCP and REST: ${operation}.`];
  if (rows !== null) {
    lines.push('What is shown, how fresh it is and what is missing is told on stderr.');
    if (hasPages) lines.push('--csv and --json hold one page unless --all is given.');
  }
  lines.push('Exit codes: 0 done, 1 failed or not found, 2 wrong usage, 3 answered, but', 'something is missing.');
  return lines.join('\n');
}
