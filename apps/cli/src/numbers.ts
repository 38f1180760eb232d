import { nounFor } from '@testio-mcp/domain';

const format = new Intl.NumberFormat('en');

/** A number as people read it, with its noun in the right number when one is given: `1 test`, `8,000 bugs`, `2 people`. */
export function count(value: number, noun?: string, plural?: string): string {
  const text = format.format(value);
  return noun === undefined ? text : `${text} ${nounFor(value, noun, plural)}`;
}

/** A duration in milliseconds as seconds with one decimal: `8.1 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A size on disk: `3.4 MB`, `812 KB`. */
export function bytes(value: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'] as const;
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? format.format(size) : size.toFixed(1)} ${units[unit]}`;
}
