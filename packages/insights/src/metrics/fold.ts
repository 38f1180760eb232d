import { type RawBuilder, sql } from 'kysely';
import type { Key } from './query.ts';
import type { Addend, Sums } from './sums.ts';

/** The sums of a group, and its keys as they stand in the rows. */
export interface Group {
  readonly keys: readonly Key[];
  readonly sums: Sums;
}

/** What rows add to a sum, under its name. */
export interface RowSum {
  readonly name: string;
  readonly each: Addend;
}

/** Every flag is a bit of one number, and the sign of it is none. */
const MOST_FLAGS = 31;

/**
 * What to select of rows so that `fold` can add them up: one row of lists, a list for each column. SQLite groups by sorting all rows, which
 * takes longer than handing them over in this form and adding them up by number here.
 */
export function columnsToFold(keys: readonly RawBuilder<Key>[], sums: readonly RowSum[]): RawBuilder<unknown> {
  const { flags, amounts } = split(sums);
  const bits = flags.map((condition, place) => sql`case when ${condition} then ${sql.lit(2 ** place)} else 0 end`);
  const columns = [
    ...keys,
    ...(bits.length === 0 ? [] : [sql`${sql.join(bits, sql` + `)}`]),
    ...amounts.map((amount) => sql`coalesce(${amount}, 0)`),
  ];
  return sql`json_array(${sql.join(columns.map((column) => sql`json_group_array(${column})`))}) as columns`;
}

/** The groups of the rows that were selected so, each with its sums, in the order of their first rows. */
export function fold(columns: string, keyCount: number, sums: readonly RowSum[]): Group[] {
  const lists = JSON.parse(columns) as Key[][];
  const keys = lists.slice(0, keyCount);
  const { flags, flagNames, amountNames } = split(sums);
  const masks = flags.length === 0 ? [] : (lists[keyCount] as number[]);
  const amounts = lists.slice(keyCount + (flags.length === 0 ? 0 : 1)) as number[][];

  const { groupOf, firsts } = groupRows(keys);
  const width = flags.length + amounts.length;
  const totals = new Float64Array(firsts.length * width);
  for (let row = 0; row < groupOf.length; row += 1) {
    const start = (groupOf[row] ?? 0) * width;
    for (let mask = masks[row] ?? 0, place = start; mask !== 0; mask >>>= 1, place += 1) {
      if ((mask & 1) === 1) totals[place] = (totals[place] ?? 0) + 1;
    }
    for (let nth = 0, place = start + flags.length; nth < amounts.length; nth += 1, place += 1) {
      totals[place] = (totals[place] ?? 0) + (amounts[nth]?.[row] ?? 0);
    }
  }
  const names = [...flagNames, ...amountNames];
  return firsts.map((first, group) => {
    const own: Record<string, number> = {};
    for (const [place, name] of names.entries()) own[name] = totals[group * width + place] ?? 0;
    return { keys: keys.map((list) => list[first] ?? null), sums: own };
  });
}

/** The number of each row's group, and the first row of each group. */
function groupRows([first = [], ...others]: readonly Key[][]): { groupOf: Uint32Array; firsts: number[] } {
  const groupOf = new Uint32Array(first.length);
  let firsts = renumber(groupOf, (row) => first[row] ?? null);
  for (const list of others) {
    const codes = new Uint32Array(list.length);
    const { length: size } = renumber(codes, (row) => list[row] ?? null);
    // Two small numbers as one: no text is made for a row.
    firsts = renumber(groupOf, (row) => (groupOf[row] ?? 0) * size + (codes[row] ?? 0));
  }
  return { groupOf, firsts };
}

/** Writes for each row the number of its value, in the order in which values are met, and gives the first row of each. */
function renumber(numbers: Uint32Array, valueAt: (row: number) => Key): number[] {
  const known = new Map<Key, number>();
  const firsts: number[] = [];
  for (let row = 0; row < numbers.length; row += 1) {
    const value = valueAt(row);
    let number = known.get(value);
    if (number === undefined) {
      number = firsts.push(row) - 1;
      known.set(value, number);
    }
    numbers[row] = number;
  }
  return firsts;
}

/** Conditions, which are read as the bits of one number, and amounts. */
function split(sums: readonly RowSum[]) {
  const flags: RawBuilder<unknown>[] = [];
  const flagNames: string[] = [];
  const amounts: RawBuilder<unknown>[] = [];
  const amountNames: string[] = [];
  for (const { name, each } of sums) {
    const isFlag = 'when' in each;
    (isFlag ? flagNames : amountNames).push(name);
    if (isFlag) flags.push(each.when);
    else amounts.push(each.amount);
  }
  if (flags.length > MOST_FLAGS) throw new Error(`${flags.length} conditions do not fit one number.`);
  return { flags, flagNames, amounts, amountNames };
}
