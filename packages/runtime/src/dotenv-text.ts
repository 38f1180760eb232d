import { parseEnv } from 'node:util';

/** The variables of a text in dotenv syntax. A byte order mark at its beginning counts for nothing. */
export function readDotenv(text: string): Readonly<Record<string, string | undefined>> {
  return parseEnv(text.replace(/^\uFEFF/, ''));
}

/** The variables of such a text in the order in which they stand there. */
export function dotenvLines(text: string): readonly (readonly [variable: string, value: string])[] {
  const read = readDotenv(text);
  return [...new Set(entriesOf(text).map(({ variable }) => variable))].map((name) => [name, read[name] ?? '']);
}

/** The variables that the text sets several times, in whatever case, to different values. */
export function contradictions(text: string): string[] {
  const values = new Map<string, Set<string | undefined>>();
  for (const { variable, start, end } of entriesOf(text)) {
    const name = variable.toUpperCase();
    const set = values.get(name) ?? new Set();
    values.set(name, set.add(readDotenv(text.slice(start, end))[variable]));
  }
  return [...values].filter(([, set]) => set.size > 1).map(([name]) => name);
}

/**
 * Sets or (null) removes variables in a text in dotenv syntax. What else stands there stays as it is: comments, order, unknown lines.
 * A variable keeps its place; of several lines that set it, the last. A new one is added at the end.
 *
 * @returns null where the text cannot say it: a value with line breaks or all three quotes, or a text that is no proper dotenv
 */
export function changeDotenv(text: string, changes: ReadonlyMap<string, string | null>): string | null {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  let changed = text;
  for (const [variable, value] of changes) {
    const line = value === null ? '' : lineOf(variable, value);
    if (line === null) return null;
    const entries = entriesOf(changed).filter((entry) => isSame(entry.variable, variable));
    const last = line === '' ? undefined : entries.at(-1);
    for (const entry of entries.toReversed()) {
      const replacement = entry === last ? line + changed.slice(entry.textEnd, entry.end) : '';
      changed = changed.slice(0, entry.start) + replacement + changed.slice(entry.end);
    }
    if (line === '' || last !== undefined) continue;
    if (changed !== '' && !changed.endsWith('\n')) changed += lineBreak;
    changed += line + lineBreak;
  }
  return saysThat(changed, text, changes) ? changed : null;
}

interface Entry {
  readonly variable: string;
  /** Where its first line begins. */
  readonly start: number;
  /** Where its last line ends, without and with the line break. */
  readonly textEnd: number;
  readonly end: number;
}

const ASSIGNMENT = /^[ \t\uFEFF]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(["'`]?)/;

function entriesOf(text: string): Entry[] {
  const entries: Entry[] = [];
  for (let start = 0, end = 0; start < text.length; start = end) {
    const match = ASSIGNMENT.exec(text.slice(start, lineEnd(text, start)));
    const [assignment = '', variable = '', quote = ''] = match ?? [];
    // A quote that is closed further down spans lines; one that never is means nothing.
    const closing = quote === '' ? -1 : text.indexOf(quote, start + assignment.length);
    end = lineEnd(text, Math.max(closing, start));
    if (match === null) continue;
    const lineBreak = /\r?\n?$/.exec(text.slice(start, end))?.[0].length ?? 0;
    entries.push({ variable, start, textEnd: end - lineBreak, end });
  }
  return entries;
}

/** Where the line of this position ends, its line break included. */
function lineEnd(text: string, position: number): number {
  const found = text.indexOf('\n', position);
  return found < 0 ? text.length : found + 1;
}

/** The lower-case name sets the same, as is the custom for https_proxy. */
function isSame(written: string, variable: string): boolean {
  return written === variable || written === variable.toLowerCase();
}

const PLAIN = /^[\w./:@,+%=~-]+$/;

function lineOf(variable: string, value: string): string | null {
  if (/[\r\n]/.test(value)) return null;
  if (PLAIN.test(value)) return `${variable}=${value}`;
  // Nothing can be escaped; only double quotes turn \n into a line break.
  const quote = ["'", '`', '"'].find((each) => !value.includes(each) && (each !== '"' || !value.includes('\\n')));
  return quote === undefined ? null : `${variable}=${quote}${value}${quote}`;
}

/** Whether all variables read as they did before, but for the changes. Lines that are no assignments can swallow others. */
function saysThat(changed: string, before: string, changes: ReadonlyMap<string, string | null>): boolean {
  const names = [...changes.keys()];
  const kept = Object.entries(readDotenv(before)).filter(([written]) => !names.some((name) => isSame(written, name)));
  const wanted = new Map([...kept, ...[...changes].filter(([, value]) => value !== null)]);
  const read = Object.entries(readDotenv(changed));
  return read.length === wanted.size && read.every(([variable, value]) => wanted.get(variable) === value);
}
