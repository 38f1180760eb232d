import { TestioError } from '@testio-mcp/domain';
import { findOperation, operations } from './catalogue.ts';
import { nearest } from './input/nearest.ts';
import { parseInput, validateInput } from './input/parse-input.ts';
import { hasReferencesByText, resolveReferences } from './input/references.ts';
import type { Operation, OperationContext } from './operation.ts';
import { readThrough } from './refresh/read-through.ts';
import { inputOfSuccessor, supersededBy } from './superseded-names.ts';
import { isNothingSynced } from './trust/nothing-known.ts';

/** The answer to a question. */
export interface Answer {
  readonly operation: Operation;
  /** As the operation's output schema describes it, and nothing else. */
  readonly output: Record<string, unknown>;
  /** The same in short, for people and models. */
  readonly text: string;
}

/**
 * Answers a question: forgiving parse, titles to ids, validation, the operation itself, and the check of its answer.
 *
 * @param rawInput an object of named parameters, in any of the accepted forms; absent means none
 * @throws TestioError `unknown_tool`, `tool_withdrawn`, `invalid_input`, `invalid_cursor`, `ambiguous_product`, `ambiguous_test`,
 * `product_not_found`, `test_not_found`, `store_never_synced`, and what the store throws
 */
export async function callOperation(context: OperationContext, name: string, rawInput: unknown): Promise<Answer> {
  const superseded = supersededBy(name);
  if (superseded?.name === null) throw withdrawn(name, superseded.instead);
  const operation = findOperation(name);
  if (operation === undefined) throw unknownTool(name);
  try {
    const given = superseded === undefined ? rawInput : inputOfSuccessor(name, superseded, rawInput);
    const parsed = await resolved(context, operation, parseInput(operation, given));
    const input = validateInput(operation, parsed);
    const { output, text } = await answered(context, operation, input);
    return { operation, output, text: superseded === undefined ? text : `${name} is ${operation.name} now.\n${text}` };
  } catch (thrown) {
    const isNotFound = thrown instanceof TestioError && thrown.kind === 'not_found';
    if (isNotFound && (await hasNeverListedProducts(context))) throw neverSynced();
    throw thrown;
  }
}

/** The input with ids for titles. They stand for the same things as a moment ago if nothing was written meanwhile. */
async function resolved(
  context: OperationContext,
  operation: Operation,
  parsed: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { recent } = context;
  if (recent === undefined || !hasReferencesByText(operation, parsed)) {
    return resolveReferences(context, operation, parsed);
  }
  return recent.get(`${operation.name} by text ${JSON.stringify(parsed)}`, async () => ({
    value: await resolveReferences(context, operation, parsed),
    keep: true,
  }));
}

type Rendered = Omit<Answer, 'operation'>;

/** The answer of a moment ago where that is as good as a new one: it rests on the store alone, and nothing was asked of the API. */
async function answered(
  context: OperationContext,
  operation: Operation,
  input: Record<string, unknown>,
): Promise<Rendered> {
  const { recent, refresh } = context;
  const isRepeatable = operation.shows !== undefined && operation.deliver === undefined && input.freshness !== 'now';
  if (recent === undefined || !isRepeatable) return made(context, operation, input);
  // What is still asked for when the answer is given, or failed to be, counts as asked for.
  let asking = 0;
  const watched: OperationContext = {
    ...context,
    refresh:
      refresh &&
      (async (shown, options) => {
        asking += 1;
        const report = await refresh(shown, options);
        if (!report.isTried) asking -= 1;
        return report;
      }),
  };
  return recent.get(`${operation.name} ${JSON.stringify(input)}`, async () => {
    const value = await made(watched, operation, input);
    return { value, keep: asking === 0 };
  });
}

async function made(
  context: OperationContext,
  operation: Operation,
  input: Record<string, unknown>,
): Promise<Rendered> {
  const read = await readThrough(context, operation, input);
  if (operation.answersBeforeSync !== true && isNothingSynced(read)) throw neverSynced();
  const delivered = operation.deliver === undefined ? read : await operation.deliver(context, input, read);
  const output = operation.output.parse(delivered);
  return { output, text: operation.render(output) };
}

/** In an empty store nothing is found, which says nothing about whether it exists. */
async function hasNeverListedProducts({ store }: OperationContext): Promise<boolean> {
  const account = await store.read(({ db }) =>
    db.selectFrom('account').select('products_listed_at').where('id', '=', 1).executeTakeFirst(),
  );
  return (account?.products_listed_at ?? null) === null;
}

function neverSynced(): TestioError {
  return new TestioError({
    kind: 'storage',
    code: 'store_never_synced',
    message: 'Nothing was synced into the local copy yet, so there is nothing to answer from.',
    next: 'Run a sync first: testio-mcp sync. A server fills an empty copy by itself: then try again in a minute.',
    retryable: true,
  });
}

function withdrawn(name: string, instead: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'tool_withdrawn',
    message: `${name} was a tool of older versions and has no successor of the same kind.`,
    next: `Call ${instead}.`,
    field: 'name',
    received: name,
  });
}

function unknownTool(name: string): TestioError {
  const accepted = nearest(
    name,
    operations.map((operation) => operation.name),
  );
  return new TestioError({
    kind: 'validation',
    code: 'unknown_tool',
    message: `There is no tool called ${JSON.stringify(name)}.`,
    next: `Use one of the tools that exist, such as ${accepted[0]}.`,
    field: 'name',
    received: name,
    accepted,
  });
}
