import { parse, stringify, type TomlTable } from 'smol-toml';

/** What a text in TOML says; null for one that is no TOML. */
export function readToml(text: string): { readonly value: TomlTable } | null {
  try {
    // Copied into plain objects, so that it compares with what is put together from it.
    return { value: structuredClone(parse(text, { integersAsBigInt: 'asNeeded' })) };
  } catch {
    return null;
  }
}

/**
 * Sets the table of a path, at the end of the text. Everything else stays as it was written. A table that is there already, under
 * headers of its own, is replaced; whoever calls must check that the result says what was meant.
 */
export function setInToml(text: string, path: readonly [string, ...string[]], value: unknown): string {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const rest = removeFromToml(text, path);
  const end = rest === '' || rest.endsWith('\n') ? '' : lineBreak;
  const table = stringify(path.reduceRight((inner: unknown, name) => ({ [name]: inner }), value));
  return rest + end + (rest.trim() === '' ? '' : lineBreak) + `${table.trim()}\n`.replaceAll('\n', lineBreak);
}

/** Removes the table of a path and those below it, as far as they have headers of their own. */
export function removeFromToml(text: string, path: readonly string[]): string {
  const lines = text.split(/(?<=\n)/);
  const kept: string[] = [];
  let inside = false;
  for (const [at, line] of lines.entries()) {
    const header = headerPath(line);
    const wasInside = inside;
    if (header !== null) inside = path.every((name, step) => header[step] === name);
    if (inside && !wasInside) trimEmptyLine(kept);
    // What stands right above the next header belongs to it.
    if (!inside && wasInside) kept.push(...headOf(lines.slice(0, at)));
    if (!inside) kept.push(line);
  }
  const isGone = kept.length < lines.length;
  return isGone ? kept.join('').replace(/^(\r?\n)+/, '') : text;
}

/** The names in a table's header, `[a.b]` or `[[a.b]]`; null for any other line. */
function headerPath(line: string): readonly string[] | null {
  if (!line.trimStart().startsWith('[')) return null;
  const names: string[] = [];
  for (let at: unknown = readToml(line)?.value; typeof at === 'object' && at !== null; ) {
    const [first] = Object.entries(at);
    if (first === undefined) break;
    if (!Array.isArray(at)) names.push(first[0]);
    at = first[1];
  }
  return names.length === 0 ? null : names;
}

/** The empty and comment lines at the end of some lines. */
function headOf(lines: readonly string[]): readonly string[] {
  return lines.slice(lines.findLastIndex((line) => !/^\s*(#|$)/.test(line)) + 1);
}

function trimEmptyLine(lines: string[]): void {
  if (lines.at(-1)?.trim() === '') lines.pop();
}
