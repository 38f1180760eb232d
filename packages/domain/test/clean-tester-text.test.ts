import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanTesterText } from '../src/index.ts';
import { codePoint } from './code-point.ts';

const HIDDEN =
  /[\p{Cc}\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2069\u00AD\uFEFF\u{E0000}-\u{E0FFF}\uFFF9-\uFFFB]/u;

/** Text with far more trouble in it than people write. */
const troubled = fc.oneof(
  fc.string({ unit: codePoint }),
  fc.string({
    unit: fc.constantFrom(
      ...['a', 'ß', ' ', '\n', '\r', '\t', '\u0000', '\u200D', '\uFE0F', '\u202E', '\u{1F468}', '\u{1F3FD}'],
      ...['#', '\u{E0041}', '\u00AD', '\u2028', '\uD800', '\u3164', '\u0301', '\u00A0', '\u2764'],
    ),
  }),
);

describe('cleanTesterText', () => {
  test.each(['line', 'block'] as const)('changes nothing the second time (%s)', (layout) => {
    fc.assert(
      fc.property(troubled, (text) => {
        const once = cleanTesterText(text, layout);
        expect(cleanTesterText(once, layout)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  test('leaves nothing hidden, and one line as a line', () => {
    fc.assert(
      fc.property(troubled, (text) => {
        const cleaned = cleanTesterText(text) ?? '';
        expect(cleaned).not.toMatch(HIDDEN);
        expect(cleaned).toBe(cleaned.trim());
        expect(cleaned).not.toMatch(/\s\s|[\n\r]/);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps what people see', () => {
    for (const text of ['Größe & "Maß" – €5', 'ログイン画面', 'שלום', '👨‍👩‍👧 ❤️ 👍🏽 #️⃣', 'naïve café']) {
      expect(cleanTesterText(text)).toBe(text);
    }
  });

  test('takes out what hides or reorders text', () => {
    expect(cleanTesterText('pay\u200Bment\u202E gnp.exe\u{E0049}\u{E0047}')).toBe('payment gnp.exe');
    expect(cleanTesterText('a\u200Db\uFE0F\u0007c')).toBe('abc');
  });

  test('lays text out as a line or a block', () => {
    const text = ' one \r\n\n\n\n\ttwo\u2028three ';
    expect(cleanTesterText(text)).toBe('one two three');
    expect(cleanTesterText(text, 'block')).toBe('one\n\n two\nthree');
  });

  test('finds nothing in nothing', () => {
    expect(cleanTesterText(null)).toBeNull();
    expect(cleanTesterText(' \u200B\n')).toBeNull();
  });
});
