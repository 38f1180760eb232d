import { operations } from '@testio-mcp/insights';

const LINE_WIDTH = 120;

/**
 * The list from which the command line knows its questions without loading them: the catalogue takes ten times as long as
 * printing help.
 */
export function operationList(): string {
  return [
    '// Written by ./dev generate from the catalogue of operations: do not edit.',
    '',
    '/** Every operation with the first line of its description. */',
    'export const OPERATIONS: readonly { readonly operation: string; readonly purpose: string }[] = [',
    ...operations.flatMap(({ name, description }) => [
      '  {',
      ...member('operation', name),
      ...member('purpose', description.split('\n', 1)[0] ?? ''),
      '  },',
    ]),
    '];',
    '',
  ].join('\n');
}

/** As the formatter writes it: quotes that need no escapes, and a value that is too long on a line of its own. */
function member(key: string, text: string): string[] {
  const double = JSON.stringify(text);
  const single = `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  const value = text.includes("'") && !text.includes('"') ? double : single;
  const line = `    ${key}: ${value},`;
  return line.length <= LINE_WIDTH ? [line] : [`    ${key}:`, `      ${value},`];
}
