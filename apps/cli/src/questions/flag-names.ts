import { TestioError } from '@testio-mcp/domain';
import { commandLine } from './command-path.ts';
import type { Parameter } from './parameters.ts';
import type { Question } from './question.ts';

const TOOL_NAME = /\b(?:list|get|query|compare|generate|sync)_[a-z_]+\b/g;

/**
 * The same error in the words of the command line: flags instead of parameters, commands instead of tools. Its members stay, so
 * that scripts find the field under the name it has everywhere.
 */
export function withFlagNames(thrown: unknown, question: Question): unknown {
  if (!(thrown instanceof TestioError)) return thrown;
  const { message, next, field } = thrown.facts;
  const parameters = question.subject === null ? question.options : [question.subject, ...question.options];
  const named = (text: string): string =>
    parameters
      .filter(({ field: each }) => each.includes('_'))
      .reduce((done, each) => done.replaceAll(new RegExp(`\\b${each.field}\\b`, 'g'), nameOf(each, question)), text)
      .replaceAll(TOOL_NAME, (tool) => commandLine(tool));
  const own = parameters.find((each) => each.field === field);
  // A name of one word may be a plain word too, so it is replaced only where the field is meant.
  const isWord = own !== undefined && !own.field.includes('_');
  const told =
    isWord && message.startsWith(own.field) ? nameOf(own, question) + message.slice(own.field.length) : message;
  const hint =
    isWord && next !== undefined ? next.replaceAll(new RegExp(`\\b${own.field}\\b`, 'g'), nameOf(own, question)) : next;
  return new TestioError({
    ...thrown.facts,
    message: named(told),
    ...(hint === undefined ? {} : { next: named(hint) }),
  });
}

function nameOf(parameter: Parameter, { subject }: Question): string {
  return parameter === subject ? `<${parameter.flag}>` : `--${parameter.flag}`;
}
