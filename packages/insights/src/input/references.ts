import { TestioError } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import type { OperationContext } from '../operation.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { textPatterns } from '../sqlite/text-match.ts';
import { quoted } from './errors.ts';
import type { ReferenceKind } from './forms.ts';
import { nearest } from './nearest.ts';
import { type InputRules, referenceOf } from './parse-input.ts';

/** Candidates that are shown when a title fits several. */
const MOST_CANDIDATES = 10;
const DIGITS = /^\d+$/;

type Db = ReadScope['db'];

interface Candidate {
  readonly wanted: number;
  readonly id: number;
  readonly title: string | null;
  /** 0: it is the id. 1: it is the title. 2: it is part of the title. */
  readonly rank: number;
  /** How many fit as well as this one. */
  readonly same: number;
}

/**
 * Puts ids where titles were given. A text is taken for an id if it is one, else for a title, else for a part of one; case does
 * not matter. Nothing is asked of the store when every reference is a number already.
 *
 * @throws TestioError `ambiguous_product`, `ambiguous_test`, `product_not_found`, `test_not_found`
 */
export async function resolveReferences(
  context: Pick<OperationContext, 'store'>,
  rules: InputRules,
  parsed: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const resolved = { ...parsed };
  for (const kind of ['product', 'test'] as const) {
    const fields = Object.keys(parsed).filter((field) => referenceOf(rules, field) === kind);
    const texts = [...new Set(fields.flatMap((field) => textsIn(parsed[field])))];
    if (texts.length === 0) continue;
    const ids = await context.store.read(({ db }) => idsOf(db, kind, texts, fields[0] ?? kind));
    for (const field of fields) resolved[field] = withIds(parsed[field], ids);
  }
  return resolved;
}

function textsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}

function withIds(value: unknown, ids: ReadonlyMap<string, number>): unknown {
  const idOf = (item: unknown) => (typeof item === 'string' ? ids.get(item) : item);
  return Array.isArray(value) ? [...new Set(value.map(idOf))] : idOf(value);
}

async function idsOf(
  db: Db,
  kind: ReferenceKind,
  texts: readonly string[],
  field: string,
): Promise<Map<string, number>> {
  const candidates = await candidatesFor(db, kind, texts);
  const ids = new Map<string, number>();
  for (const [index, text] of texts.entries()) {
    const fitting = candidates.filter((candidate) => candidate.wanted === index);
    const [best] = fitting;
    const equal = fitting.filter(({ rank }) => rank === best?.rank);
    // Digits that are nobody's are left as they are: the API may know a test that the store does not.
    if (best === undefined && !DIGITS.test(text)) throw await notFound(db, kind, text, field);
    if (best !== undefined && best.rank > 0 && equal.length > 1) throw ambiguous(kind, text, field, equal);
    ids.set(text, best?.id ?? Number(text));
  }
  return ids;
}

/** One statement for all texts, whatever their number. */
async function candidatesFor(db: Db, kind: ReferenceKind, texts: readonly string[]): Promise<Candidate[]> {
  const wanted = texts.map((text, key) => {
    const { exact, part } = textPatterns(text);
    const isDigits = DIGITS.test(text);
    return {
      key,
      id: isDigits ? Number(text) : null,
      exact: exact[0],
      exact2: exact[1] ?? null,
      part: isDigits ? null : part[0],
      part2: isDigits ? null : (part[1] ?? null),
    };
  });
  const table = kind === 'product' ? sql.table('products') : sql.table('tests');
  const order = kind === 'product' ? sql`e.title collate nocase` : sql`e.end_at desc nulls last`;
  const { rows } = await sql<Candidate>`
    with wanted as (
      select value ->> 'key' as wanted, value ->> 'id' as id, value ->> 'exact' as exact, value ->> 'exact2' as exact2,
        value ->> 'part' as part, value ->> 'part2' as part2
      from json_each(${JSON.stringify(wanted)})
    ), fitting as (
      select w.wanted, e.id, e.title,
        case when e.id = w.id then 0 when e.title glob w.exact or e.title glob w.exact2 then 1 else 2 end as rank,
        row_number() over (order by ${order}, e.id desc) as place
      from wanted as w join ${table} as e on e.deleted_at is null and (
        e.id = w.id or e.title glob w.exact or e.title glob w.exact2 or e.title glob w.part or e.title glob w.part2)
    ), ranked as (
      select wanted, id, title, rank, count(*) over (partition by wanted, rank) as same,
        row_number() over (partition by wanted order by rank, place) as place
      from fitting
    )
    select wanted, id, title, rank, same from ranked where place <= ${MOST_CANDIDATES}
    order by wanted, place`.execute(db);
  return rows;
}

function ambiguous(kind: ReferenceKind, text: string, field: string, candidates: readonly Candidate[]): TestioError {
  const all = candidates[0]?.same ?? candidates.length;
  return new TestioError({
    kind: 'ambiguous',
    code: `ambiguous_${kind}`,
    message: `${all} ${kind}s fit ${quoted(text)}${all > candidates.length ? `; ${candidates.length} are listed` : ''}.`,
    next: `Call again with the id of the one that is meant as ${field}.`,
    field,
    received: text,
    accepted: candidates.map(named),
  });
}

async function notFound(db: Db, kind: ReferenceKind, text: string, field: string): Promise<TestioError> {
  const entities = await db
    .selectFrom(kind === 'product' ? 'products' : 'tests')
    .select(['id', 'title'])
    .where('deleted_at', 'is', null)
    .where('title', 'is not', null)
    .orderBy('id', 'desc')
    .execute();
  const byTitle = new Map(entities.map((entity) => [entity.title ?? '', named(entity)]));
  const closest = nearest(text, [...byTitle.keys()]).slice(0, 5);
  return new TestioError({
    kind: 'not_found',
    code: `${kind}_not_found`,
    message: `No ${kind} has ${quoted(text)} in its title.`,
    next:
      entities.length === 0
        ? 'The store is empty: run a sync first.'
        : `Call again with the id of one of these ${kind}s, or find it with list_${kind}s.`,
    field,
    received: text,
    accepted: closest.map((title) => byTitle.get(title) ?? title),
  });
}

function named({ id, title }: { readonly id: number; readonly title: string | null }): string {
  return `${id}: ${cleanTesterText(title) ?? 'untitled'}`;
}
