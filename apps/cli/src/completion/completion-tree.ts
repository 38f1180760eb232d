import { operations } from '@testio-mcp/insights';
import { SETTING_NAMES, SETTINGS } from '@testio-mcp/runtime';
import type { Command, Option } from 'commander';
import type { LoadedQuestions } from '../questions/add-questions.ts';
import { commandPath } from '../questions/command-path.ts';
import { allQuestions } from '../questions/question.ts';

/** What can stand behind a command's words. */
export interface CompletionNode {
  /** The words that lead here, without the program's name: none, `tests`, `tests list`. */
  readonly path: string;
  /** Commands below this one, or what its argument can be. */
  readonly words: readonly Completion[];
  readonly flags: readonly FlagCompletion[];
}

interface Completion {
  readonly name: string;
  readonly help: string;
}

interface FlagCompletion extends Completion {
  /** What follows the flag; null when nothing does. */
  readonly value: 'file' | 'text' | readonly string[] | null;
}

/** Commands whose argument is one of many names that commander does not know. */
const ARGUMENTS: Readonly<Record<string, () => readonly Completion[]>> = {
  call: () => operations.map(({ name, title }) => ({ name, help: title })),
  'config get': settings,
  'config set': settings,
  'config unset': settings,
  'config explain': settings,
};

function settings(): readonly Completion[] {
  return SETTING_NAMES.map((name) => ({ name: SETTINGS[name].variable, help: SETTINGS[name].help }));
}

/** Makes the command line with the options of these questions. */
export type BuildProgram = (questions: LoadedQuestions) => Command;

/** Every place on the command line with what can stand there, made from the commands themselves. */
export function completionTree(build: BuildProgram): readonly CompletionNode[] {
  const questions = allQuestions();
  const program = build(questions);
  const wordsOf = new Map<string, readonly string[]>();
  for (const [operation, { options }] of questions) {
    const path = commandPath(operation)?.join(' ') ?? '';
    for (const { flag, words } of options) wordsOf.set(`${path} --${flag}`, words);
  }
  const everywhere = flagsOf(program, '', wordsOf);
  const walk = (command: Command, path: string): CompletionNode[] => [
    {
      path,
      words: [
        ...command.commands.map(commandWord),
        ...command.registeredArguments.flatMap(argumentWords),
        ...(ARGUMENTS[path]?.() ?? []),
      ],
      flags: path === '' ? everywhere : [...flagsOf(command, path, wordsOf), ...everywhere],
    },
    ...command.commands.flatMap((each) => walk(each, `${path} ${each.name()}`.trimStart())),
  ];
  return walk(program, '');
}

function commandWord(command: Command): Completion {
  return { name: command.name(), help: command.description() };
}

function argumentWords({ argChoices, description }: Command['registeredArguments'][number]): readonly Completion[] {
  return (argChoices ?? []).map((name) => ({ name, help: description }));
}

function flagsOf(command: Command, path: string, wordsOf: ReadonlyMap<string, readonly string[]>): FlagCompletion[] {
  const help = command.createHelp();
  return help.visibleOptions(command).flatMap((option) => {
    const name = option.long ?? option.short;
    return name === undefined
      ? []
      : [{ name, help: option.description, value: valueTaken(option, wordsOf.get(`${path} ${name}`)) }];
  });
}

function valueTaken(option: Option, ofQuestion: readonly string[] = []): FlagCompletion['value'] {
  if (!option.required && !option.optional) return null;
  const words = option.argChoices ?? ofQuestion;
  if (words.length > 0) return words;
  return /<(path|file)>/.test(option.flags) ? 'file' : 'text';
}
