import { expect, test } from 'vitest';
import { answerTable } from '../src/questions/answer-table.ts';
import { barredNumber, barsOf } from '../src/questions/bars.ts';
import { rowsOf } from '../src/questions/row-source.ts';

const GROUPS = { member: 'rows', columns: [], members: [] };
const rows = [
  { product: 'Shop', product_id: 7, bug_count: 40, rejection_rate: 0.5 },
  { product: 'Bank', product_id: 8, bug_count: 10, rejection_rate: null },
  { product: 'Idle', product_id: 9, bug_count: 0, rejection_rate: null },
];

test('bars are as long as their numbers, within the room there is', () => {
  expect(barsOf(rows, 'bug_count', 20)).toEqual(['█'.repeat(20), '█'.repeat(5), '']);
  expect(barsOf(rows, 'bug_count', 500)?.[0]).toHaveLength(30);
  expect(barsOf(rows, 'bug_count', 9)).toBeNull();
  expect(barsOf([{ n: 1_000 }, { n: 1 }, { n: null }], 'n', 10)).toEqual(['█'.repeat(10), '▏', '']);
});

test('they show the first number that is no id, where there are several rows and something to see', () => {
  expect(barredNumber(rows)).toBe('bug_count');
  expect(barredNumber(rows.slice(0, 1))).toBeNull();
  expect(
    barredNumber([
      { month: '2026-01', rate: null },
      { month: '2026-02', rate: 0 },
    ]),
  ).toBeNull();
});

test('a table has them at its end, and not where that would make it too wide', () => {
  const lines = answerTable(GROUPS, rows, 100, 'bug_count').text.split('\n');
  expect(lines[1]).toMatch(/^Shop .* 40 .* 0\.5 {2}█{30}$/);
  expect(answerTable(GROUPS, rows, 100).text).not.toContain('█');
  const narrow = answerTable(GROUPS, rows, 50, 'bug_count').text;
  expect(narrow).not.toContain('█');
  for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(50);
});

test('where nothing was grouped the totals are the row', () => {
  const totals = { bug_count: 50 };
  expect(rowsOf(GROUPS, { rows: [], total_rows: 0, totals })).toEqual([totals]);
  expect(rowsOf(GROUPS, { rows, total_rows: 3, totals })).toEqual(rows);
});
