import { answerSchema, findOperation, type Operation, operations, publishedTool } from '@testio-mcp/insights';
import { commandPath } from './command-path.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import { type RowSource, rowSourceOf } from './row-source.ts';

/** An operation as a command: what it takes, and where its rows stand. */
export interface Question {
  readonly operation: string;
  readonly description: string;
  /** Stands without a flag behind the command. */
  readonly subject: Parameter | null;
  readonly options: readonly Parameter[];
  /** Null where the answer is about one thing: it is shown as text. */
  readonly rows: RowSource | null;
  /** Whether its pages can be walked by cursor. */
  readonly hasPages: boolean;
  /** Whether it can write its answer into a file. */
  readonly writesFile: boolean;
}

/** Reads an operation of the catalogue as a command. Undefined where there is no such operation. */
export function questionOf(name: string): Question | undefined {
  const operation: Operation | undefined = findOperation(name);
  if (operation === undefined) return undefined;
  const tool = publishedTool(operation);
  const parameters = parametersOf(tool);
  const subject = parameters.find(({ required }) => required) ?? null;
  return {
    operation: name,
    description: operation.description,
    subject,
    options: parameters.filter((parameter) => parameter !== subject),
    rows: rowSourceOf(answerSchema(operation)),
    hasPages: Object.hasOwn(tool.inputSchema.properties, 'cursor'),
    writesFile: Object.hasOwn(tool.inputSchema.properties, 'output_file'),
  };
}

/** Every operation that is asked by a command of its own, by its name. */
export function allQuestions(): ReadonlyMap<string, Question> {
  const questions = new Map<string, Question>();
  for (const { name } of operations) {
    const question = commandPath(name) === null ? undefined : questionOf(name);
    if (question !== undefined) questions.set(name, question);
  }
  return questions;
}
