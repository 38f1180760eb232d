import type { ReadScope } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import { invalidInput, quoted } from '../input/errors.ts';
import { nearest } from '../input/nearest.ts';
import { requireIds } from '../input/references.ts';
import { rejectionReasonKeys } from '../queries/rejection-reasons.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { type DimensionName, dimension, FILTER_NAMES } from './dimensions.ts';
import { devicesOf } from './keys.ts';
import type { Filters, Key } from './query.ts';

type Db = ReadScope['db'];

/** What stands for the group without a value. */
export const NONE = '(none)';
const NONE_WORDS = [NONE, 'none', 'null'];

/** Filters as they are written: the values of each, not looked up yet. */
export type WrittenFilters = ReadonlyMap<DimensionName, readonly string[]>;

/** Names of the older product. Its `status` means tests here, and bugs as a dimension. */
export const OLD_DIMENSIONS = { platform: 'required_platform', customer: 'customer_user', known_bug: 'known' } as const;
const OLD_FILTERS: Readonly<Record<string, DimensionName>> = {
  ...OLD_DIMENSIONS,
  status: 'test_status',
  product_id: 'product',
  product_ids: 'product',
  test_id: 'test',
  test_ids: 'test',
  feature_id: 'feature',
  section_id: 'section',
};

const FILTER = /^\s*([\w\s-]+?)\s*=(.*)$/s;

/** Whether a list has no items. Where it says what to group or filter by, this means by nothing. */
export function isEmptyList(given: unknown): boolean {
  return Array.isArray(given) ? given.length === 0 : typeof given === 'string' && /^\[\s*\]$/.test(given);
}

/**
 * Other forms of filters as a list of `name=value,value`: an object, JSON text of one, text with filters between semicolons.
 * A comma inside a value is written `\,`.
 */
export function filtersFrom(given: unknown): unknown {
  if (isEmptyList(given)) return undefined;
  if (typeof given === 'string') {
    if (given.startsWith('{')) {
      try {
        return filtersFrom(JSON.parse(given));
      } catch {
        return given;
      }
    }
    return given.startsWith('[') ? given : given.split(/[;\n]/);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const members = Object.entries(given);
  if (members.length === 0) return undefined;
  return members.map(([name, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return `${name}=${values.map((each) => String(each).replaceAll(',', '\\,')).join(',')}`;
  });
}

/**
 * Reads the names and the closed lists of values; the store is not asked.
 *
 * @throws TestioError `invalid_input` for what is not known, with the nearest known
 */
export function parseFilters(written: readonly string[]): WrittenFilters {
  const filters = new Map<DimensionName, string[]>();
  let name: DimensionName | undefined;
  for (const text of written) {
    const match = FILTER.exec(text);
    if (match !== null) name = filterName(match[1] ?? '');
    // Text that was split at its commas: what follows belongs to the filter before.
    if (name === undefined) throw unreadable(text);
    const values = (match?.[2] ?? text).split(/(?<!\\),/).map((value) => value.replaceAll('\\,', ',').trim());
    const known = values.filter((value) => value !== '').map((value) => knownValue(name as DimensionName, value));
    if (known.length === 0) throw unreadable(text);
    filters.set(name, [...(filters.get(name) ?? []), ...known]);
  }
  return filters;
}

function filterName(text: string): DimensionName {
  const word = text.toLowerCase().replaceAll(/[\s-]+/g, '_');
  const name = Object.hasOwn(OLD_FILTERS, word) ? OLD_FILTERS[word] : FILTER_NAMES.find((each) => each === word);
  if (name !== undefined) return name;
  throw invalidInput({
    field: 'filters',
    received: text,
    problem: `does not know the filter ${quoted(text)}`,
    accepted: nearest(word, FILTER_NAMES),
    next: 'Call again with an accepted filter. For times there are period and time_axis.',
  });
}

function unreadable(text: string) {
  return invalidInput({
    field: 'filters',
    received: text,
    problem: `cannot be read: ${quoted(text)}`,
    accepted: ['severity=critical,high', 'product=Name or id', 'feature=(none)'],
  });
}

/** A value of a closed list as it is spelled there; any other text as it is. */
function knownValue(name: DimensionName, text: string): string {
  const { values } = dimension(name);
  if (values === undefined) return text;
  const word = text.toLowerCase().replaceAll(/[\s-]+/g, '_');
  const same: Readonly<Record<string, string>> = {
    forwarded: 'open',
    yes: 'true',
    no: 'false',
    '1': 'true',
    '0': 'false',
  };
  const meant = values.find((value) => value === word) ?? values.find((value) => value === same[word]);
  if (meant !== undefined) return meant;
  throw invalidInput({
    field: 'filters',
    received: text,
    problem: `does not know ${name} ${quoted(text)}`,
    accepted: nearest(word, values),
  });
}

/**
 * Looks the values up: titles and names to ids, open words as the store spells them.
 *
 * @throws TestioError `invalid_input`, `KIND_not_found`, `ambiguous_KIND`
 */
export async function lookUpFilters(db: Db, written: WrittenFilters): Promise<Filters> {
  const filters = new Map<DimensionName, readonly Key[]>();
  for (const [name, values] of written) {
    const isNone = (value: string) => dimension(name).values === undefined && NONE_WORDS.includes(value.toLowerCase());
    const texts = values.filter((value) => !isNone(value));
    const keys = texts.length === 0 ? [] : await lookUp(db, name, texts);
    filters.set(name, texts.length < values.length ? [...keys, null] : keys);
  }
  return filters;
}

async function lookUp(db: Db, name: DimensionName, texts: readonly string[]): Promise<Key[]> {
  const { reference, values } = dimension(name);
  if (values !== undefined) return [...new Set(texts)];
  if (reference !== undefined) return requireIds(db, reference, texts, 'filters');
  if (name === 'rejection_reason') return rejectionReasonKeys(db, texts);
  const source = WORDS[name];
  if (source === undefined) return [...texts];
  const { rows } = await sql<{ word: string }>`select distinct word from (${source}) where word <> ''`.execute(db);
  return texts.flatMap((text) => {
    const found = rows.filter(({ word }) => fold(word) === fold(text));
    if (found.length > 0) return found.map(({ word }) => word);
    throw invalidInput({
      field: 'filters',
      received: text,
      problem: `does not know ${name} ${quoted(text)}`,
      accepted: nearest(
        text,
        rows.map(({ word }) => cleanTesterText(word) ?? '').filter((word) => word !== ''),
      ).slice(0, 20),
    });
  });
}

/** Where open words stand in the store. */
const WORDS: Partial<Record<DimensionName, RawBuilder<unknown>>> = {
  required_platform: sql`select trim(os_name) as word from test_requirements`,
  device_os: sql`select device_os as word from (${devicesOf(['device_os'])})`,
  browser: sql`select browser as word from (${devicesOf(['browser'])})`,
};

function fold(text: string): string {
  return (cleanTesterText(text) ?? '').toLowerCase();
}
