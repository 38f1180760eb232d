import type { Command } from 'commander';
import { buildProgram } from './program.ts';
import { commandLine } from './questions/command-path.ts';
import { allQuestions } from './questions/question.ts';

/** A command as help shows it, for pages that are made from it. */
export interface CommandDescription {
  /** What a person types, without options: `testio-mcp tests list`. */
  readonly line: string;
  readonly usage: string;
  readonly description: string;
  readonly parameters: readonly ParameterDescription[];
  /** The operation that it asks; null for a command that does more than ask. */
  readonly operation: string | null;
}

export interface ParameterDescription {
  /** With its dashes and its value: `--status <word>`, or `<test...>`. */
  readonly term: string;
  readonly description: string;
}

/** Every command in the order of help: the program itself first, with the options that stand on all others too. */
export function describeCommands(): readonly CommandDescription[] {
  const questions = allQuestions();
  const program = buildProgram(() => undefined, questions);
  const asked = new Map([...questions.keys()].map((name) => [commandLine(name), name]));
  return [
    describe(program, program.name(), null),
    ...program.commands.flatMap((command) => below(command, program.name(), asked)),
  ];
}

/** A word that only holds other commands is none itself. */
function below(command: Command, parent: string, asked: ReadonlyMap<string, string>): CommandDescription[] {
  const line = `${parent} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((each) => below(each, line, asked));
  return [describe(command, line, asked.get(line) ?? null)];
}

function describe(command: Command, line: string, operation: string | null): CommandDescription {
  const help = command.createHelp();
  const taken = command.registeredArguments.map((argument) => ({
    term: argument.variadic
      ? `<${argument.name()}...>`
      : `${argument.required ? '<' : '['}${argument.name()}${argument.required ? '>' : ']'}`,
    description: argument.description,
  }));
  const options = command.options
    .filter(({ hidden }) => !hidden)
    .map((option) => ({
      term: help.optionTerm(option),
      description: help.optionDescription(option),
    }));
  return {
    line,
    usage: `${line} ${command.usage()}`.trim(),
    description: command.description(),
    parameters: [...taken, ...options],
    operation,
  };
}
