import { TestioError } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import type { OperationContext } from '../operation.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { textPatterns } from '../sqlite/text-match.ts';
import { forgottenNote } from '../trust/forgotten-note.ts';
import { quoted } from './errors.ts';
import { REFERENCE_KINDS, type ReferenceKind, shapeOf } from './forms.ts';
import { nearest } from './nearest.ts';
import { type InputRules, referenceOf } from './parse-input.ts';
import { textItems } from './parse-value.ts';
import { REFERENCE_SOURCES, seenThings } from './reference-sources.ts';

/** Candidates that are shown when a title fits several. */
const MOST_CANDIDATES = 10;
/** Titles that an answer to a text that fits nothing compares it with. */
const MOST_COMPARED = 5_000;
const DIGITS = /^\d+$/;
/** The rank of a candidate of whose title the text is a part. */
const PART = 3;

type Db = ReadScope['db'];

interface Thing {
  readonly id: number;
  readonly title: string | null;
  /** What tells it from others of the same title, where there is something. */
  readonly note: string | null;
}

interface Candidate extends Thing {
  readonly wanted: number;
  /** 0: it is the id. 1: it is the title, or another exact name. 2: it is what is seen of the title. 3: it is part of that. */
  readonly rank: number;
  /** How many fit as well as this one. */
  readonly same: number;
}

/**
 * Puts ids where titles were given. A text is taken for an id if it is one, else for a title, else for a part of one; case does
 * not matter. Nothing is asked of the store when every reference is a number already.
 *
 * @throws TestioError `ambiguous_KIND`, `KIND_not_found`, such as `ambiguous_product`
 */
export async function resolveReferences(
  context: Pick<OperationContext, 'store'>,
  rules: InputRules,
  parsed: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const resolved = { ...parsed };
  const named = Map.groupBy(fieldsWithText(parsed), (field) => referenceOf(rules, field));
  for (const kind of REFERENCE_KINDS) {
    const fields = named.get(kind) ?? [];
    for (const field of fields.filter((each) => isTextOfList(rules, each, parsed[each]))) {
      const text = String(parsed[field]);
      resolved[field] = await context.store.read(({ db }) => titlesIn(db, kind, text));
    }
    const texts = [...new Set(fields.flatMap((field) => textsIn(resolved[field])))];
    if (texts.length === 0) continue;
    const ids = await context.store.read(({ db }) => idsOf(db, kind, texts, fields[0] ?? kind));
    for (const field of fields) resolved[field] = withIds(resolved[field], ids);
  }
  return resolved;
}

/** Whether the store has to be asked what a parameter stands for. */
export function hasReferencesByText(rules: InputRules, parsed: Readonly<Record<string, unknown>>): boolean {
  return fieldsWithText(parsed).some((field) => referenceOf(rules, field) !== undefined);
}

function fieldsWithText(parsed: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(parsed).filter((field) => textsIn(parsed[field]).length > 0);
}

/** Whether text with commas stands where a list belongs: one title with commas in it, or several. */
function isTextOfList({ input }: InputRules, field: string, value: unknown): boolean {
  const schema = input.shape[field];
  return typeof value === 'string' && schema !== undefined && shapeOf(schema).schema instanceof z.ZodArray;
}

/**
 * What text with commas names: one thing if it is a title, else several. Where it is only part of a title, the items decide: it
 * is that part if none of them is a title itself and one of them stands nowhere else.
 */
async function titlesIn(db: Db, kind: ReferenceKind, text: string): Promise<string[]> {
  const items = textItems(text);
  const candidates = await candidatesFor(db, kind, [text, ...items]);
  const bestOf = (index: number) => candidates.find(({ wanted }) => wanted === index);
  const whole = bestOf(0);
  if (whole === undefined) return items;
  if (whole.rank < PART) return [text];
  const named = items.map((_, index) => bestOf(index + 1));
  const isOneTitle = named.some((best) => best !== undefined && best.rank < PART);
  // What the whole is part of, its items are part of too.
  const isOnlyThere = named.some((best) => best === undefined || best.same <= whole.same);
  return !isOneTitle && isOnlyThere ? [text] : items;
}

function textsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}

function withIds(value: unknown, ids: ReadonlyMap<string, number>): unknown {
  const idOf = (item: unknown) => (typeof item === 'string' ? ids.get(item) : item);
  return Array.isArray(value) ? [...new Set(value.map(idOf))] : idOf(value);
}

/**
 * The ids that texts stand for: ids themselves, titles, or parts of titles.
 *
 * @throws TestioError `ambiguous_KIND`, `KIND_not_found`, for an id that nothing has too
 */
export async function requireIds(
  db: Db,
  kind: ReferenceKind,
  texts: readonly string[],
  field: string,
): Promise<number[]> {
  const ids = await idsOf(db, kind, texts, field);
  const { things } = REFERENCE_SOURCES[kind];
  const { rows } = await sql<{ id: number }>`
    select value as id from json_each(${JSON.stringify([...ids.values()])})
    where value not in (select id from (${things}))`.execute(db);
  const gone = rows[0]?.id;
  if (gone !== undefined) throw await notFound(db, kind, String(gone), field);
  return [...new Set(ids.values())];
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
      exact: exact[0] ?? null,
      exact2: exact[1] ?? null,
      part: isDigits ? null : (part[0] ?? null),
      part2: isDigits ? null : (part[1] ?? null),
    };
  });
  const { things, order } = REFERENCE_SOURCES[kind];
  const { rows } = await sql<Candidate>`
    with wanted as (
      select value ->> 'key' as wanted, value ->> 'id' as wanted_id, value ->> 'exact' as exact,
        value ->> 'exact2' as exact2, value ->> 'part' as part, value ->> 'part2' as part2
      from json_each(${JSON.stringify(wanted)})
    ), fitting as (
      select wanted, id, title, note,
        case
          when id = wanted_id then 0
          when title glob exact or title glob exact2 or code glob exact or code glob exact2 then 1
          when seen glob exact or seen glob exact2 then 2
          else 3 end as rank,
        row_number() over (order by ${order}, id desc) as place
      from wanted join (${seenThings(things)}) on id = wanted_id or seen glob exact or seen glob exact2
        or seen glob part or seen glob part2 or code glob exact or code glob exact2
    ), ranked as (
      select wanted, id, title, note, rank, count(*) over (partition by wanted, rank) as same,
        row_number() over (partition by wanted order by rank, place) as place
      from fitting
    )
    select wanted, id, title, note, rank, same from ranked where place <= ${MOST_CANDIDATES}
    order by wanted, place`.execute(db);
  return rows;
}

function ambiguous(kind: ReferenceKind, text: string, field: string, candidates: readonly Candidate[]): TestioError {
  const all = candidates[0]?.same ?? candidates.length;
  const { noun } = REFERENCE_SOURCES[kind];
  return new TestioError({
    kind: 'ambiguous',
    code: `ambiguous_${kind}`,
    message: `${all} ${noun}s fit ${quoted(text)}${all > candidates.length ? `; ${candidates.length} are listed` : ''}.`,
    next: `Call again with the id of the one that is meant as ${field}.`,
    field,
    received: text,
    accepted: candidates.map(named),
  });
}

async function notFound(db: Db, kind: ReferenceKind, text: string, field: string): Promise<TestioError> {
  const { things, noun, where, finder } = REFERENCE_SOURCES[kind];
  const { rows } = await sql<Thing>`
    select id, title, note from (${things}) where title is not null order by id desc limit ${MOST_COMPARED}`.execute(
    db,
  );
  const byTitle = new Map(rows.map((thing) => [thing.title ?? '', named(thing)]));
  const closest = nearest(text, [...byTitle.keys()]).slice(0, 5);
  return new TestioError({
    kind: 'not_found',
    code: `${kind}_not_found`,
    message: `No ${noun} has ${quoted(text)} in ${where}.${NEVER_FORGOTTEN.has(kind) ? '' : await forgottenNote(db)}`,
    next:
      rows.length === 0
        ? `The store has no ${noun}s: run a sync first.`
        : `Call again with the id of one of these ${noun}s, or find it with ${finder}.`,
    field,
    received: text,
    accepted: closest.map((title) => byTitle.get(title) ?? title),
  });
}

/** What keeps its title and its id, however old tests are. */
const NEVER_FORGOTTEN: ReadonlySet<ReferenceKind> = new Set(['product', 'section', 'feature']);

function named({ id, title, note }: Thing): string {
  const remark = cleanTesterText(note);
  return `${id}: ${cleanTesterText(title) ?? 'untitled'}${remark === null ? '' : ` (${remark})`}`;
}
