import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson, removeFromJson, setInJson } from '../../src/clients/json-text.ts';

/** Blanks and comments, as people put them anywhere. */
const trivia = fc.stringMatching(/^( |\n|\t|\/\*c\*\/|\/\/ c\n){0,3}$/);
const name = fc.constantFrom('a', 'b', 'servers', 'x "y"', 'ü');

/** A value with the text that says it, in anybody's layout. */
const { document } = fc.letrec<{ value: string; object: string; list: string; document: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('1', '-2.5', '"text"', '"//no comment"', 'null', 'true'),
    tie('object'),
    tie('list'),
  ),
  object: fc
    .tuple(
      fc.uniqueArray(name, { maxLength: 3 }),
      fc.array(tie('value'), { minLength: 3, maxLength: 3 }),
      trivia,
      trivia,
      fc.boolean(),
    )
    .map(([names, values, before, after, comma]) => {
      const members = names.map(
        (each, at) => `${before}${JSON.stringify(each)}${after}:${before}${values[at]}${after}`,
      );
      return `{${members.join(',')}${comma && members.length > 0 ? ',' : ''}${before}}`;
    }),
  list: fc
    .tuple(fc.array(tie('value'), { maxLength: 3 }), trivia)
    .map(([items, around]) => `[${items.map((item) => around + item + around).join(',')}]`),
  document: fc.tuple(trivia, tie('object'), trivia).map((parts) => parts.join('')),
}));

function meaning(text: string): unknown {
  const read = readJson(text);
  if (read === null) throw new Error(`This is no JSON: ${text}`);
  return read.value;
}

/** JSON, but for what jsonc-parser does not read as a member: the object's prototype. */
const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'));

const comments = (text: string) => text.match(/\/\*c\*\/|\/\/ c$/gm)?.length ?? 0;

describe('a value', () => {
  test('that is set is there, and every other value and comment still is', () => {
    fc.assert(
      fc.property(document, name, name, json, (text, outer, inner, value) => {
        const before = meaning(text) as Record<string, unknown>;
        const place = before[outer];
        fc.pre(place === undefined || (typeof place === 'object' && place !== null && !Array.isArray(place)));
        const plain: unknown = JSON.parse(JSON.stringify(value));
        const after = setInJson(text, [outer, inner], plain);
        expect(meaning(after)).toEqual({ ...before, [outer]: { ...place, [inner]: plain } });
        const replaced = Object.hasOwn(place ?? {}, inner);
        if (!replaced) expect(comments(after)).toBe(comments(text));

        const { [inner]: _, ...others } = { ...place } as Record<string, unknown>;
        const gone = removeFromJson(after, [outer, inner]);
        expect(meaning(gone)).toEqual({ ...before, [outer]: others });
        if (!replaced) expect(comments(gone)).toBe(comments(text));
      }),
      { numRuns: 500 },
    );
  });

  test('that is added to a list is its last', () => {
    fc.assert(
      fc.property(document, name, (text, member) => {
        const before = meaning(text) as Record<string, unknown>;
        const list = before[member] === undefined ? [] : before[member];
        fc.pre(Array.isArray(list));
        const items = list as unknown[];
        const after = setInJson(text, [member, items.length], { id: 'new' });
        expect(meaning(after)).toEqual({ ...before, [member]: [...items, { id: 'new' }] });
        expect(meaning(removeFromJson(after, [member, items.length]))).toEqual({ ...before, [member]: items });
      }),
      { numRuns: 300 },
    );
  });
});
