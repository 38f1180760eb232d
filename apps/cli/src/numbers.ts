const format = new Intl.NumberFormat('en');

/** A number as people read it, with its noun in the right number when one is given: `1 test`, `8,000 bugs`. */
export function count(value: number, noun?: string): string {
  const text = format.format(value);
  return noun === undefined ? text : `${text} ${noun}${value === 1 ? '' : 's'}`;
}

/** A duration in milliseconds as seconds with one decimal: `8.1 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
