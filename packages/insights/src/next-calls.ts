import type { ErrorReport } from '@testio-mcp/domain';
import { findOperation } from './catalogue.ts';
import { takesInput } from './input/takes-input.ts';
import { withChoice } from './input/with-choice.ts';

/** A call that goes on from an answer, complete and valid. */
export interface NextCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A call that was made, as it came in. */
interface MadeCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Output = Readonly<Record<string, unknown>>;
type Suggest = (output: Output) => readonly (NextCall | null)[];

/** Suggestions help a model to go on; more than these only cost it tokens. */
const MOST = 3;

/** By operation: what people ask after its answer. The most likely first. */
const AFTER: Readonly<Record<string, Suggest>> = {
  list_products: (output) => about('get_product_summary', 'product_id', firstOf(output.products)),
  list_features: (output) => about('get_feature_summary', 'feature_id', firstOf(output.features)),
  list_user_stories: (output) =>
    about('get_feature_summary', 'feature_id', member(firstOf(output.user_stories), 'feature')),
  list_tests: (output) => {
    const test = firstOf(output.tests);
    return [...about('get_test_summary', 'test_id', test), ...bugsOf(test)];
  },
  list_bugs: (output) => about('get_bug_summary', 'bug_id', firstOf(output.bugs)),
  get_triage_queue: (output) => about('get_bug_summary', 'bug_id', firstOf(output.bugs)),
  list_users: (output) => about('get_user_summary', 'user_id', firstOf(output.users)),
  search: (output) => {
    const found = firstOf(output.results);
    const kind = member(found, 'kind');
    return typeof kind === 'string' ? about(`get_${kind}_summary`, `${kind}_id`, found) : [];
  },
  list_changes: (output) => {
    const change = firstOf(output.changes);
    const kind = member(change, 'entity');
    return typeof kind === 'string' ? about(`get_${kind}_summary`, `${kind}_id`, change) : [];
  },
  get_product_summary: ({ product, next_auto_accepted_bugs: bugs, running_tests: tests }) => {
    const product_id = idOf(product);
    if (product_id === null) return [];
    return [
      ...about('get_bug_summary', 'bug_id', firstOf(bugs)),
      ...about('get_test_summary', 'test_id', firstOf(tests)),
      { name: 'list_tests', arguments: { product_id, include_bug_counts: true } },
    ];
  },
  get_feature_summary: ({ tests }) => about('get_test_summary', 'test_id', firstOf(member(tests, 'newest'))),
  get_test_summary: ({ test }) => [
    ...bugsOf(test),
    ...about('get_product_summary', 'product_id', member(test, 'product')),
  ],
  get_bug_summary: ({ bug }) => [
    ...about('get_test_summary', 'test_id', member(bug, 'test')),
    ...about('get_feature_summary', 'feature_id', member(bug, 'feature')),
  ],
  get_server_diagnostics: ({ sync }) => {
    const failures = member(sync, 'open_failures');
    const tests = { name: 'get_problematic_tests', arguments: {} };
    return [
      typeof failures === 'number' && failures > 0 ? tests : null,
      member(sync, 'last_success') === null ? { name: 'sync_data', arguments: {} } : null,
    ];
  },
};

/** By the code of an error: what finds the thing that was not found. */
const FINDERS: Readonly<Record<string, string>> = {
  product_not_found: 'list_products',
  feature_not_found: 'list_features',
  test_not_found: 'list_tests',
  bug_not_found: 'list_bugs',
  user_not_found: 'list_users',
};

/**
 * Calls that may follow an answer, at most three, each complete and valid: the rest of a list that goes on, then what people
 * look at next.
 *
 * @param offered tools that can be called; all when absent
 */
export function nextCalls({ name, input }: MadeCall, output: Output, offered?: ReadonlySet<string>): NextCall[] {
  const operation = findOperation(name);
  if (operation === undefined) return [];
  const { page: _, offset: __, ...scope } = input;
  const rest =
    typeof output.next_cursor === 'string'
      ? { name: operation.name, arguments: { ...scope, cursor: output.next_cursor } }
      : null;
  const all = [...valid([rest]), ...followers(operation.name, output)];
  return all.filter((call) => isOffered(call, offered)).slice(0, MOST);
}

/** Of answers that are given again (RecentAnswers): each is judged once. */
const judged = new WeakMap<Output, readonly NextCall[]>();

function followers(name: string, output: Output): readonly NextCall[] {
  const known = judged.get(output) ?? valid(AFTER[name]?.(output) ?? []);
  judged.set(output, known);
  return known;
}

/** Calls that may mend a call that failed; same rules. */
export function nextCallsAfterError(
  { name, input }: MadeCall,
  { code, kind, received, accepted }: ErrorReport,
  offered?: ReadonlySet<string>,
): NextCall[] {
  if (code === 'store_never_synced') return possible([{ name: 'sync_data', arguments: {} }], offered);
  if (kind === 'ambiguous') {
    const ids = (accepted ?? []).map((candidate) => Number.parseInt(String(candidate), 10));
    const again = ids.map((id) => withChoice(input, received, id));
    return possible(
      again.map((changed) => (changed === null ? null : { name, arguments: changed })),
      offered,
    );
  }
  const finder = FINDERS[code];
  if (finder === undefined) return [];
  const isTitle = typeof received === 'string' && !/^\d+$/.test(received);
  return possible([{ name: finder, arguments: isTitle ? { search: received } : {} }], offered);
}

function possible(calls: readonly (NextCall | null)[], offered: ReadonlySet<string> | undefined): NextCall[] {
  return valid(calls.filter((call) => isOffered(call, offered))).slice(0, MOST);
}

function isOffered(call: NextCall | null, offered: ReadonlySet<string> | undefined): boolean {
  const operation = call === null ? undefined : findOperation(call.name);
  return operation !== undefined && (offered?.has(operation.name) ?? true);
}

function valid(calls: readonly (NextCall | null)[]): NextCall[] {
  return calls
    .filter((call) => call !== null)
    .filter(({ name, arguments: input }) => {
      const operation = findOperation(name);
      return operation !== undefined && takesInput(operation, input);
    });
}

function about(name: string, parameter: string, thing: unknown): NextCall[] {
  const id = idOf(thing);
  return id === null ? [] : [{ name, arguments: { [parameter]: id } }];
}

function bugsOf(test: unknown): NextCall[] {
  const id = idOf(test);
  return id === null ? [] : [{ name: 'list_bugs', arguments: { test_ids: [id] } }];
}

function idOf(thing: unknown): number | null {
  const id = member(thing, 'id');
  return typeof id === 'number' ? id : null;
}

function member(thing: unknown, name: string): unknown {
  return typeof thing === 'object' && thing !== null ? (thing as Output)[name] : undefined;
}

function firstOf(rows: unknown): unknown {
  return Array.isArray(rows) ? rows[0] : undefined;
}
