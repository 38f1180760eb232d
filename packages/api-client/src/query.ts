/** One part of a query. Lists take the form that their key asks for, see `query`. */
export type QueryValue = string | number | readonly number[] | readonly string[] | undefined;

/**
 * Writes a query string as the API reads it (customer-api 3, "Query encoding"): a list under a key that ends in `[]` is
 * repeated, any other list is joined with commas. Absent values and empty lists are left out.
 *
 * @returns the string with its question mark, or an empty string
 */
export function query(parts: Readonly<Record<string, QueryValue>>): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(parts)) {
    if (value === undefined) continue;
    if (typeof value === 'string' || typeof value === 'number') {
      pairs.push(pair(key, [value]));
    } else if (key.endsWith('[]')) {
      for (const one of value) pairs.push(pair(key, [one]));
    } else if (value.length > 0) {
      pairs.push(pair(key, value));
    }
  }
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function pair(key: string, values: readonly (string | number)[]): string {
  return `${encodeURIComponent(key)}=${values.map((value) => encodeURIComponent(value)).join(',')}`;
}
