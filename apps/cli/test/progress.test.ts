import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barLine, clip } from '../src/progress.ts';

test('a bar shows the share that is done and what is being read', () => {
  const line = stripVTControlCharacters(barLine({ done: 3, total: 12, message: 'Tests of Acme Shop' }, 80));
  expect(line).toBe(`${'█'.repeat(6)}${'░'.repeat(18)}  25% Tests of Acme Shop`);
});

test('a bar never shows more than there is, and never fills before the end', () => {
  expect(barLine({ done: 5, total: 0, message: '' }, 80)).toContain('  0%');
  expect(barLine({ done: 9, total: 8, message: '' }, 80)).toContain('100%');
  expect(barLine({ done: 999, total: 1000, message: '' }, 80)).toContain(' 99%');
});

test('a bar never breaks the line, however long the message and narrow the terminal', () => {
  fc.assert(
    fc.property(
      fc.nat(500),
      fc.nat(500),
      fc.string(),
      fc.integer({ min: 32, max: 200 }),
      (done, total, message, columns) => {
        const line = stripVTControlCharacters(barLine({ done, total, message }, columns));
        expect([...line].length).toBeLessThanOrEqual(columns);
      },
    ),
  );
});

test('a cut text says that it was cut', () => {
  expect(clip('Checkout', 8)).toBe('Checkout');
  expect(clip('Checkout with voucher', 8)).toBe('Checkou…');
  expect(clip('🛒🛒🛒', 2)).toBe('🛒…');
});
