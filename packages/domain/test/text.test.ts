import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, hasSections, sectionsToWalk } from '../src/index.ts';
import { codePoint } from './code-point.ts';

describe('cleanText', () => {
  it.each([
    [null, null],
    [undefined, null],
    ['', null],
    [' \n\t ', null],
    ['  Only the first seat is left ', 'Only the first seat is left'],
    ['a\u0000b', 'ab'],
    ['\u0000', null],
    ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
    ['emoji \u{1F41B}', 'emoji \u{1F41B}'],
  ])('makes %j into %j', (value, expected) => {
    expect(cleanText(value)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), (text) => {
        const once = cleanText(text);
        expect(cleanText(once)).toBe(once);
      }),
    );
  });
});

describe('sections of a product', () => {
  const fallback = { id: 1, title: 'default-section' };
  const real = { id: 2, title: 'Crew' };

  it.each([
    ['only the default one', [], [fallback], false, [fallback]],
    ['real ones', [real], [fallback, real], true, [real]],
    ['several with the default but none listed as real', [], [fallback, real], true, [fallback, real]],
    ['none at all', [], [], false, []],
  ])('%s', (_case, sections, sectionsWithDefault, sectioned, walk) => {
    expect(hasSections({ sections, sectionsWithDefault })).toBe(sectioned);
    expect(sectionsToWalk({ sections, sectionsWithDefault })).toEqual(walk);
  });
});
