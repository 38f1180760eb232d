type Input = Readonly<Record<string, unknown>>;

/**
 * The input of a call with an id in place of a title that several things have: alone, in a list, or between commas.
 *
 * @returns null where the title is not found in it
 */
export function withChoice(input: Input, title: unknown, id: number): Record<string, unknown> | null {
  if (typeof title !== 'string') return null;
  const entries = Object.entries(input).map(([name, value]): [string, unknown] => [name, chosen(value, title, id)]);
  return entries.some(([name, value]) => input[name] !== value) ? Object.fromEntries(entries) : null;
}

function chosen(value: unknown, title: string, id: number): unknown {
  const isTitle = (item: unknown) => typeof item === 'string' && item.trim() === title;
  if (isTitle(value)) return id;
  const items = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
  return Array.isArray(items) && items.some(isTitle) ? items.map((item) => (isTitle(item) ? id : item)) : value;
}
