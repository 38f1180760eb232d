import { cleanText } from '@testio-mcp/domain';
import { SEARCH_KINDS, saveBugs } from '@testio-mcp/persistence';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codePoint } from '../support/code-point.ts';
import { bug, exploratoryTest, product } from '../support/entities.ts';
import { type Rig, rig } from '../support/rig.ts';
import { type Hit, hits, names } from '../support/search-hits.ts';

const WORDS = [
  '\u{2F801}',
  'pay',
  'payment',
  'Zahlung',
  'naïve',
  'sign-in',
  'c++',
  "o'neil",
  'login',
  '日本語',
  'AND',
  '"',
  '🔥',
  'ß',
];
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
  fc.string({ unit: codePoint, maxLength: 6 }),
);
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => cleanText(pieces.join(' ')));

const texts = fc.array(fc.record({ title: text, body: text }), { minLength: 1, maxLength: 12 });

/** Makes the bugs of the only test those with these texts. */
async function writeBugs(own: Rig, given: readonly { title: string | null; body: string | null }[]): Promise<void> {
  const bugs = given.map(({ title, body }, index) =>
    bug({ id: 1 + index, testId: 10, title, steps: null, actualResult: body, expectedResult: null }),
  );
  await own.write((scope) => saveBugs(scope, [10], bugs, []));
}

async function emptyTest(): Promise<Rig> {
  const own = await rig();
  await own.products(product({ id: 1, title: 'payment login' }));
  await own.tests(1, exploratoryTest({ id: 10, title: 'pay pay', goal: 'login' }));
  return own;
}

test('whatever is typed: an answer whose parts add up, or a refusal; a walk meets every match once', async () => {
  const own = await emptyTest();
  const query = fc.oneof(
    { weight: 3, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(' ')) },
    fc.string({ unit: codePoint, maxLength: 40 }),
  );
  await fc.assert(
    fc.asyncProperty(texts, fc.array(query, { minLength: 1, maxLength: 4 }), async (given, queries) => {
      await writeBugs(own, given);
      for (const typed of queries) {
        const whole = await own.ask('search', { query: typed, per_page: 200 }).catch((thrown: unknown) => {
          expect(thrown).toMatchObject({ code: 'invalid_input', facts: { field: 'query' } });
          return null;
        });
        if (whole === null) continue;
        expect(whole.results).toHaveLength(whole.total);
        const byKind = SEARCH_KINDS.map((kind) => whole.results.filter((hit: Hit) => hit.kind === kind).length);
        expect(SEARCH_KINDS.map((kind) => whole.by_kind[kind])).toEqual(byKind);
        const walked: string[] = [];
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const page = await own.ask('search', { query: typed, per_page: 3, cursor });
          expect(page.total).toBe(whole.total);
          if (page.returned > 0) expect(page.range).toMatch(new RegExp(`^items ${walked.length + 1}–`));
          walked.push(...names(page.results));
          cursor = page.next_cursor;
        }
        expect(walked).toEqual(names(whole.results));
        expect(new Set(walked).size).toBe(walked.length);
        const second = await own.ask('search', { query: typed, per_page: 3, page: 2, offset: 1 });
        expect(names(second.results)).toEqual(walked.slice(4, 7));
      }
    }),
    { numRuns: 40 },
  );
});

test('a bug is found by every word of its title', async () => {
  const own = await emptyTest();
  await fc.assert(
    fc.asyncProperty(texts, async (given) => {
      await writeBugs(own, given);
      for (const [index, { title }] of given.entries()) {
        const words = (title ?? '').split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
        for (const word of words.slice(0, 3)) {
          expect(await hits(own, word, { entities: 'bug' }), JSON.stringify(word)).toContain(`bug ${1 + index}`);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('bugs that come between two pages neither repeat nor hide others', async () => {
  const own = await emptyTest();
  const given = Array.from({ length: 9 }, (_, index) => ({
    title: index % 3 === 0 ? 'payment' : index % 3 === 1 ? 'payment login' : 'other',
    body: 'login payment',
  }));
  await writeBugs(own, given);
  const before = await hits(own, 'payment login', { entities: 'bug' });
  expect(before).toHaveLength(9);
  const first = await own.ask('search', { query: 'payment login', entities: 'bug', per_page: 4 });
  const more = Array.from({ length: 30 }, (_, index) => ({ ...given[index % 9], title: 'payment login' }));
  await writeBugs(own, [...given, ...more.map(({ title }) => ({ title, body: null }))]);
  const rest = await own.ask('search', {
    query: 'payment login',
    entities: 'bug',
    per_page: 200,
    cursor: first.next_cursor,
  });
  const seen = [...names(first.results), ...names(rest.results)];
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(before));
});
