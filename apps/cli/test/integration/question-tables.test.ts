import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerTable } from '../../src/questions/answer-table.ts';

const source = { member: 'rows', columns: [], members: [] };
// Long words: they fill their columns to the edge.
const line = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvw '), maxLength: 90, size: 'max' });
const rows = fc.array(
  fc.record({ id: fc.nat(), title: line, status: fc.constantFrom('open', 'rejected'), note: line, feature: line }),
  { minLength: 1, maxLength: 6 },
);

test('a table fits, loses no text of a column it shows, and names the columns it leaves out', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 50, max: 200 }), (given, width) => {
      const { text, left } = answerTable(source, given, width);
      for (const each of text.split('\n')) expect(each.length).toBeLessThanOrEqual(width);
      const shown = Object.keys(given[0] ?? {}).filter((name) => !left.includes(name));
      const head = text.split('\n')[0]?.trim().split(/ {2,}/);
      expect(head).toEqual(shown);
      const letters = (value: string) =>
        [...value]
          .filter((char) => /\S/.test(char))
          .sort()
          .join('');
      const cells = given.flatMap((row) => shown.map((name) => String(row[name as keyof typeof row])));
      expect(letters(text)).toBe(letters([...shown, ...cells].join('')));
    }),
  );
});
