import { answerSchema, csvRecord, findOperation, operations } from '@testio-mcp/insights';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerTable, cellText } from '../src/questions/answer-table.ts';
import { csvCells } from '../src/questions/csv.ts';
import { type Output, pagesOf } from '../src/questions/pages.ts';
import { rowSourceOf } from '../src/questions/row-source.ts';
import { joinTrust, trustText } from '../src/questions/trust-text.ts';

describe('rows', () => {
  test('every list of the catalogue has columns, and every summary is no list', () => {
    for (const operation of operations) {
      const source = rowSourceOf(answerSchema(operation));
      if (operation.name.startsWith('list_')) expect(source?.columns.length).toBeGreaterThan(3);
      if (operation.name.endsWith('_summary')) expect(source).toBeNull();
    }
    const bugs = findOperation('list_bugs');
    const source = bugs === undefined ? null : rowSourceOf(answerSchema(bugs));
    expect(source?.member).toBe('bugs');
    expect(source?.columns).toEqual(expect.arrayContaining(['id', 'test.title', 'feature.id', 'author.name']));
  });
});

describe('csv', () => {
  const columns = ['id', 'title', 'product.title', 'tags', 'parts'];

  test('has a cell for every column, empty where nothing is known', () => {
    const row = { id: -5, title: null, product: null, tags: ['a', 'b'], parts: [{ n: 1 }], other: 'not asked for' };
    expect(csvCells(row, columns)).toEqual(['-5', '', '', 'a; b', '[{"n":1}]']);
  });

  test.each(['=1+1', '+1', '-1+cmd', '@SUM(A1)', '\t=1', '\r=1'])('%j is no formula any more', (title) => {
    expect(csvCells({ title }, ['title'])).toEqual([`'${title}`]);
    expect(csvCells({ product: { title: [title] } }, ['product.title'])).toEqual([`'${title}`]);
  });

  test('reads back as what was written, whatever the texts hold', () => {
    const cell = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ' ', 'a', '=') }));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1 }), (records) => {
        expect(readCsv(records.map(csvRecord).join('\r\n'))).toEqual(records);
      }),
    );
  });
});

/** A reader of RFC 4180, written from its grammar. */
function readCsv(text: string): string[][] {
  const records: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;
  for (;;) {
    const found = cell.exec(text);
    if (found === null) throw new Error(`not CSV at ${cell.lastIndex}: ${text}`);
    const [, quoted, plain = '', end] = found;
    records.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '') return records;
    if (end === '\r\n') records.push([]);
  }
}

describe('a table', () => {
  const source = { member: 'rows', columns: [], members: [] };

  test('fits, and loses no text', () => {
    const title = 'seat lost after going back twice';
    const { text, left } = answerTable(source, [{ id: 12, title, status: 'open' }], 30);
    expect(left).toEqual([]);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(30);
    expect(text.split(/\s+/)).toEqual(expect.arrayContaining(['12', 'open', ...title.split(' ')]));
  });

  test('what is missed least goes first', () => {
    const row = { id: 1, title: 'a'.repeat(20), feature: 'b'.repeat(20), product: 'c'.repeat(20) };
    expect(answerTable(source, [row], 60).left).toEqual(['feature']);
    expect(answerTable(source, [row], 80).left).toEqual([]);
  });

  test('values are for people', () => {
    expect(cellText(null)).toBe('–');
    expect(cellText(true)).toBe('yes');
    expect(cellText('2026-07-01T06:30:00.000Z')).toBe('2026-07-01 06:30');
    expect(cellText({ id: 7, title: 'Shop' })).toBe('Shop');
    expect(cellText({ id: 7, title: null })).toBe('#7');
    expect(cellText({ total: 3, by_status: { open: 3 } })).toBe('3');
    expect(cellText({ open: 2, rejected: 0 })).toBe('open 2');
    expect(cellText([{ id: 1, title: 'a' }, 'b\n c'])).toBe('a, b c');
    expect(cellText(1 / 3)).toBe('0.3333');
    expect(cellText(32_786_786_322_802)).toBe('32786786322802');
    expect(cellText(2 ** 48 - 1)).toBe('281474976710655');
  });
});

describe('pages', () => {
  /** A list of 450 rows, and what was asked of it. */
  function list() {
    const asked: Readonly<Record<string, unknown>>[] = [];
    const ask = async (input: Readonly<Record<string, unknown>>): Promise<{ output: Output }> => {
      asked.push(input);
      const before = Number(input.cursor ?? 0);
      const size = Number(input.per_page ?? 50);
      const returned = Math.min(size, 450 - before);
      const end = before + returned;
      return { output: { returned, next_cursor: end < 450 ? String(end) : null } };
    };
    return { asked, ask };
  }

  async function walk(all: boolean, input: object, most?: number) {
    const { asked, ask } = list();
    const returned: unknown[] = [];
    const limit = most === undefined ? {} : { most };
    for await (const { output } of pagesOf(ask, { ...input }, { all, ...limit })) returned.push(output.returned);
    return { asked, returned };
  }

  test('one page is asked for as it was asked for', async () => {
    expect(await walk(false, { page: 2 })).toEqual({ asked: [{ page: 2 }], returned: [50] });
  });

  test('all pages are large, and each repeats the filters', async () => {
    const { asked, returned } = await walk(true, { statuses: ['open'] });
    expect(returned).toEqual([200, 200, 50]);
    expect(asked[2]).toEqual({ per_page: 200, statuses: ['open'], cursor: '400' });
  });

  test('a walk ends at its bound', async () => {
    expect((await walk(true, { per_page: 100 }, 150)).returned).toEqual([100, 100]);
  });

  test('a list that stands still is a fault, not an endless walk', async () => {
    const ask = async () => ({ output: { returned: 0, next_cursor: 'again' } });
    const pages = pagesOf(ask, {}, { all: true });
    await pages.next();
    await expect(pages.next()).rejects.toMatchObject({ code: 'pages_without_rows' });
  });
});

describe('trust', () => {
  const gap = { what: 'tests', count: 2, why: 'Not readable.' };
  const whole = { as_of: '2026-07-02T00:00:00Z', completeness: { complete: true, missing: [] } };
  const holed = { as_of: '2026-07-01T00:00:00Z', completeness: { complete: false, missing: [gap] } };

  test('several pages deserve the trust of the worst', () => {
    expect(joinTrust([whole, holed, holed])).toEqual(holed);
    expect(joinTrust([whole, { ...whole, as_of: null }]).as_of).toBeNull();
  });

  test('is told in words', () => {
    expect(trustText(whole)).toBe('As of 2026-07-02 00:00 UTC. Complete.');
    expect(trustText(holed)).toBe('As of 2026-07-01 00:00 UTC. Not complete:\n  Tests (2): Not readable.');
    expect(trustText({ ...whole, as_of: null })).toBe('Never confirmed by Test IO. Complete.');
  });
});
