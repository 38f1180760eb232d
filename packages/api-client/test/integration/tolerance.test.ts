import { TestioError } from '@testio-mcp/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINTS, type Endpoint } from '../endpoints.ts';
import { type Fixture, json, startFixture } from '../fixture-server.ts';
import { kindOf, MISSING, mutate, pathsOf, patternOf } from '../mutations.ts';
import type { Sample } from '../samples.ts';

/** Any code point, lone surrogates too. fast-check's own unit of all of them takes a second to make. */
const codePoint = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

/** Whether the client made something sound of the answer or refused it as unreadable. Anything else fails the test. */
async function outcome(endpoint: Endpoint, answer: Sample): Promise<'taken' | 'refused'> {
  fixture.handler = (_, response) => json(response, answer);
  try {
    const entity = await endpoint.ask(client());
    if (!endpoint.sound(entity)) throw new Error(`Not sound: ${JSON.stringify(entity)}`);
    return 'taken';
  } catch (error) {
    if (!(error instanceof TestioError) || error.code !== 'api_unreadable_answer') throw error;
    expect(error.retryable).toBe(false);
    return 'refused';
  }
}

let shared: ReturnType<Fixture['client']> | undefined;
function client() {
  shared ??= fixture.client();
  return shared;
}

const REPLACEMENTS: readonly [name: string, value: unknown][] = [
  ['missing', MISSING],
  ['null', null],
  ['text', 'x'],
  ['number', 7.5],
  ['boolean', true],
  ['list', []],
  ['object', {}],
];

/** One line for every member: which changes to it, alone, make the answer unreadable. */
async function toleranceOf(endpoint: Endpoint): Promise<string[]> {
  const refused = new Map<string, ReadonlySet<string>>();
  const original = endpoint.answer();
  for (const path of pathsOf(original)) {
    const pattern = patternOf(path);
    // The elements of a list are alike: one stands for all.
    if (refused.has(pattern)) continue;
    const kinds = new Set<string>();
    refused.set(pattern, kinds);
    const present = path.reduce((value, key) => value[key], original);
    for (const [name, value] of REPLACEMENTS) {
      if (kindOf(present) === name && name !== 'text' && name !== 'number') continue;
      const answer = endpoint.answer();
      mutate(answer, path, value);
      if ((await outcome(endpoint, answer)) === 'refused') kinds.add(name);
    }
  }
  const order = REPLACEMENTS.map(([name]) => name);
  return [...refused].map(([pattern, kinds]) =>
    kinds.size === 0
      ? `  ${pattern}`
      : `  ${pattern}  refused when ${order.filter((name) => kinds.has(name)).join(', ')}`,
  );
}

it('tolerates what the list beside this test says', async () => {
  const lines: string[] = [
    'What the client makes of answers in which one member is missing or of another type.',
    'A member without a remark may be anything: the answer is read all the same.',
  ];
  for (const endpoint of ENDPOINTS) {
    expect(await outcome(endpoint, endpoint.answer())).toBe('taken');
    lines.push('', endpoint.name, ...(await toleranceOf(endpoint)));
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../tolerance.txt');
}, 60_000);

describe('any number of changes at once', () => {
  const anything = fc.oneof(
    fc.constant(MISSING),
    fc.jsonValue({ maxDepth: 3 }),
    fc.integer(),
    fc.string({ unit: codePoint }),
    fc.constantFrom(
      '\u0000',
      '\ud800',
      ' ',
      '2026-03-17',
      '2026-02-31T10:00:00Z',
      1e308,
      -0,
      2 ** 53,
      [null],
      [[]],
      [{}],
    ),
  );

  it.each(ENDPOINTS)('$name', async (endpoint) => {
    const paths = pathsOf(endpoint.answer());
    const changes = fc.array(fc.record({ path: fc.constantFrom(...paths), value: anything }), {
      minLength: 1,
      maxLength: 6,
    });
    const additions = fc.array(fc.record({ path: fc.constantFrom(...paths), member: fc.string(), value: anything }), {
      maxLength: 3,
    });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(changes, additions, async (changed, added) => {
        const answer = endpoint.answer();
        for (const { path, value } of changed) mutate(answer, path, value);
        for (const { path, member, value } of added) {
          const target = path.reduce((at: Sample, key) => at?.[key], answer);
          if (value !== MISSING && kindOf(target) === 'object') target[member] = structuredClone(value);
        }
        if ((await outcome(endpoint, answer)) === 'taken') taken += 1;
      }),
      { numRuns: 70 },
    );
    // The property says something only if the changes do not ruin every answer.
    expect(taken).toBeGreaterThan(0);
  });

  it('takes members that nobody knows yet, at any place', async () => {
    for (const endpoint of ENDPOINTS) {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue({ maxDepth: 2 }), async (value) => {
          const answer = endpoint.answer();
          for (const path of pathsOf(answer)) {
            const target = path.reduce((at: Sample, key) => at?.[key], answer);
            if (kindOf(target) === 'object') target.brand_new_member = structuredClone(value);
          }
          answer.brand_new_member = value;
          expect(await outcome(endpoint, answer)).toBe('taken');
        }),
        { numRuns: 8 },
      );
    }
  });
});
