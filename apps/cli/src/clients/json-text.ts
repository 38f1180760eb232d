import {
  applyEdits,
  createScanner,
  type Edit,
  findNodeAtLocation,
  type Node,
  type ParseError,
  parse,
  parseTree,
  type SyntaxKind,
} from 'jsonc-parser';

/** Steps from the root of a document to a value: names of members, places in lists. */
export type JsonPath = readonly (string | number)[];

/** What a text in JSON with comments says; undefined for a text that says nothing, null for one that is no JSON. */
export function readJson(text: string): { readonly value: unknown } | null {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  return errors.length === 0 ? { value } : null;
}

/**
 * Sets a value in a text in JSON with comments; lists and objects above it that are missing are made. A place one behind the end of
 * a list adds to it. Everything else stays as it was written, blanks and comments included.
 */
export function setInJson(text: string, path: JsonPath, value: unknown): string {
  const layout = layoutOf(text);
  const root = parseTree(text, [], { allowTrailingComma: true, allowEmptyContent: true });
  if (root === undefined) {
    const before = text.trim() === '' ? '' : text.trimEnd() + layout.lineBreak;
    return `${before}${written(nested(path, value), '', layout)}${layout.lineBreak}`;
  }
  const existing = findNodeAtLocation(root, [...path]);
  if (existing !== undefined) {
    const content = written(value, indentationAt(text, existing.offset), layout);
    return applyEdits(text, [{ offset: existing.offset, length: existing.length, content }]);
  }
  const depth = path.findLastIndex((_, at) => findNodeAtLocation(root, path.slice(0, at)) !== undefined);
  const parent = findNodeAtLocation(root, path.slice(0, depth));
  if (parent === undefined) return text;
  return applyEdits(text, insertion(text, parent, path[depth] ?? '', nested(path.slice(depth + 1), value), layout));
}

/** Removes the value of a path, if there is one, with its name, its line and its comma. */
export function removeFromJson(text: string, path: JsonPath): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const node = root && findNodeAtLocation(root, [...path]);
  if (node === undefined) return text;
  const item = node.parent?.type === 'property' ? node.parent : node;
  const siblings = item.parent?.children ?? [];
  const previous = siblings[siblings.indexOf(item) - 1];
  const isLast = siblings.at(-1) === item;
  const start = lineStart(text, item.offset);
  const end = item.offset + item.length;
  const comma = commaAfter(text, end);
  const edits: Edit[] = [{ offset: start, length: (comma === null ? end : comma + 1) - start, content: '' }];
  // Without a comma behind the last one, the one before it must not end with a comma either.
  if (isLast && comma === null && previous !== undefined) {
    const before = commaAfter(text, previous.offset + previous.length);
    if (before !== null) edits.unshift({ offset: before, length: 1, content: '' });
  }
  return applyEdits(text, edits);
}

interface Layout {
  readonly lineBreak: string;
  /** Blanks of one level. */
  readonly step: string;
}

function layoutOf(text: string): Layout {
  return {
    lineBreak: text.includes('\r\n') ? '\r\n' : '\n',
    step: /^([ \t]+)\S/m.exec(text)?.[1]?.replace(/^\t+$/, '\t') ?? '  ',
  };
}

function written(value: unknown, indentation: string, { lineBreak, step }: Layout): string {
  return JSON.stringify(value, null, step).replaceAll('\n', lineBreak + indentation);
}

function nested(path: JsonPath, value: unknown): unknown {
  return path.reduceRight((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value);
}

/** Adds an item as the last one, on a line of its own, behind the comments that stand there. */
function insertion(text: string, parent: Node, step: string | number, value: unknown, layout: Layout): Edit[] {
  const last = parent.children?.at(-1);
  const closing = parent.offset + parent.length - 1;
  const outer = indentationAt(text, parent.offset);
  const inner =
    last && lineStart(text, last.offset) < last.offset ? indentationAt(text, last.offset) : outer + layout.step;
  const behind = text.slice(0, closing).trimEnd().length;
  const gap = text.slice(behind, closing);
  const name = typeof step === 'number' ? '' : `${JSON.stringify(step)}: `;
  const end = last && last.offset + last.length;
  const hasComma = end === undefined || commaAfter(text, end) !== null;
  // Whoever ends the last item with a comma gets the new one with a comma.
  const comma = end !== undefined && hasComma ? ',' : '';
  const isOpen = gap.includes('\n');
  const line = `${layout.lineBreak}${inner}${name}${written(value, inner, layout)}${comma}`;
  const edits: Edit[] = [
    { offset: behind, length: isOpen ? 0 : gap.length, content: isOpen ? line : line + layout.lineBreak + outer },
  ];
  if (!hasComma) edits.unshift({ offset: end, length: 0, content: ',' });
  return edits;
}

/** Blanks at the beginning of the line of this position. */
function indentationAt(text: string, position: number): string {
  const line = text.lastIndexOf('\n', position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, position))?.[0] ?? '';
}

/** Where the line break before this position begins, if nothing but blanks stands between; else the position itself. */
function lineStart(text: string, position: number): number {
  const before = text.slice(0, position);
  return position - (/\r?\n[ \t]*$/.exec(before)?.[0].length ?? 0);
}

/** jsonc-parser's number for a comma; its enumeration is not there at run time. */
const COMMA: SyntaxKind.CommaToken = 5;

/** The comma that follows, comments between; null if something else does. */
function commaAfter(text: string, position: number): number | null {
  const scanner = createScanner(text, true);
  scanner.setPosition(position);
  return scanner.scan() === COMMA ? scanner.getTokenOffset() : null;
}
