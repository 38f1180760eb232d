/** A noun in the number that goes with a count: `test` for 1, `tests` for all others. */
export function nounFor(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}
