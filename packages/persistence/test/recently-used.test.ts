import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentlyUsed } from '../src/recently-used.ts';

async function kept(keeper: RecentlyUsed<string>, key: string, content: unknown): Promise<void> {
  const made = Promise.resolve(content);
  keeper.keep(key, key, made);
  await made;
}

function found(keeper: RecentlyUsed<string>, keys: readonly string[]): string[] {
  return keys.filter((key) => keeper.get(key) !== undefined);
}

test('what was not used for the longest goes first when there are too many', async () => {
  const keeper = new RecentlyUsed<string>({ results: 2, bytes: 1_000 });
  await kept(keeper, 'a', 1);
  await kept(keeper, 'b', 1);
  expect(keeper.get('a')).toBe('a');
  await kept(keeper, 'c', 1);
  expect(found(keeper, ['a', 'b', 'c'])).toEqual(['a', 'c']);
});

test('many rows, long texts, members of maps and keys all count against the bytes', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => ({ n, of: n }));
  const large = [rows, 'x'.repeat(900), { text: ['x'.repeat(900)] }, new Map(rows.map(({ n }) => [n, n]))];
  for (const content of large) {
    const keeper = new RecentlyUsed<string>({ results: 10, bytes: 1_000 });
    await kept(keeper, 'small', 'x'.repeat(200));
    await kept(keeper, 'large', content);
    expect(keeper.get('small')).toBeUndefined();
  }
  const keeper = new RecentlyUsed<string>({ results: 10, bytes: 1_000 });
  const long = 'k'.repeat(600);
  await kept(keeper, 'small', 'x'.repeat(500));
  await kept(keeper, long, null);
  expect(found(keeper, ['small', long])).toEqual([long]);
});

test('a result that is larger than the bound is not kept, and leaves room for others', async () => {
  const keeper = new RecentlyUsed<string>({ results: 10, bytes: 1_000 });
  await kept(keeper, 'a', 'x'.repeat(1_001));
  expect(keeper.get('a')).toBeUndefined();
  await kept(keeper, 'b', 'x'.repeat(900));
  expect(keeper.get('b')).toBe('b');
});

test('what fails is forgotten, but not what took its place meanwhile', async () => {
  const keeper = new RecentlyUsed<string>({ results: 10, bytes: 1_000 });
  const failing = Promise.withResolvers<string>();
  keeper.keep('a', 'first', failing.promise);
  keeper.keep('b', 'b', failing.promise);
  keeper.keep('a', 'second', Promise.resolve(''));
  failing.reject(new Error('broken'));
  await expect(failing.promise).rejects.toThrow('broken');
  expect([keeper.get('a'), keeper.get('b')]).toEqual(['second', undefined]);
});

test('whatever is kept, used and kept again, both bounds hold, and what was kept last is there if it fits', async () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), length: fc.nat(400), isUse: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const keeper = new RecentlyUsed<string>({ results: 3, bytes: 300 });
      const lengths = new Map<string, number>();
      for (const { key, length, isUse } of steps) {
        if (isUse) {
          keeper.get(key);
          continue;
        }
        await kept(keeper, key, 'x'.repeat(length));
        lengths.set(key, length + key.length);
        expect(keeper.get(key) !== undefined).toBe(length + key.length <= 300);
        const there = [...lengths.keys()].filter((each) => keeper.get(each) !== undefined);
        expect(there.length).toBeLessThanOrEqual(3);
        expect(there.reduce((sum, each) => sum + (lengths.get(each) ?? 0), 0)).toBeLessThanOrEqual(300);
        if (there.includes(key)) keeper.get(key);
      }
    }),
  );
});
