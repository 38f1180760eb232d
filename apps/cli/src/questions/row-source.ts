import type { ObjectSchema } from '@testio-mcp/insights';

/** Where the rows of an answer stand, and what they hold. */
export interface RowSource {
  /** The member of the answer. */
  readonly member: string;
  /** Its columns, named by the path to each value: `product.id`. Empty where only the rows themselves know. */
  readonly columns: readonly string[];
  /** Members of a row, in order. Empty where only the rows themselves know. */
  readonly members: readonly string[];
}

export type Row = Readonly<Record<string, unknown>>;

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Lists of answers that are no rows: pictures of them. */
const BESIDE_ROWS: readonly string[] = ['charts'];

/** Finds the rows in an answer's schema: the one list of objects beside `returned`. Null where there is none. */
export function rowSourceOf(outputSchema: ObjectSchema): RowSource | null {
  const members = outputSchema.properties as Readonly<Record<string, Schema>>;
  if (!Object.hasOwn(members, 'returned')) return null;
  const [member, ...others] = Object.keys(members).filter(
    (name) => members[name]?.items?.type === 'object' && !BESIDE_ROWS.includes(name),
  );
  if (member === undefined || others.length > 0) return null;
  const row = members[member]?.items ?? {};
  return { member, columns: leavesOf(row, ''), members: Object.keys(row.properties ?? {}) };
}

/** The paths to all values below a schema that are no objects with members of their own. */
function leavesOf(schema: Schema, path: string): string[] {
  const { properties } = schema.anyOf?.find((each) => each.properties !== undefined) ?? schema;
  const named = Object.entries(properties ?? {});
  if (named.length === 0) return path === '' ? [] : [path];
  return named.flatMap(([name, member]) => leavesOf(member, path === '' ? name : `${path}.${name}`));
}

/** The rows of an answer; where nothing was grouped, its totals are the one row. */
export function rowsOf({ member, members }: RowSource, output: Readonly<Record<string, unknown>>): readonly Row[] {
  const rows = (output[member] ?? []) as readonly Row[];
  const { totals, total_rows: all } = output;
  const isUngrouped = members.length === 0 && all === 0 && typeof totals === 'object' && totals !== null;
  return isUngrouped ? [totals as Row] : rows;
}

/** The names of what these rows hold, for rows that no schema describes. */
export function namesIn(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}
