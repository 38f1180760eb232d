import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedClock, parseInstant, toIso } from '../src/index.ts';

describe('parseInstant', () => {
  it.each([
    ['2026-03-17T15:00:00+01:00', '2026-03-17T14:00:00Z'],
    ['2026-07-01T00:30:00+02:00', '2026-06-30T22:30:00Z'],
    ['2026-03-17T14:00:00.250Z', '2026-03-17T14:00:00.250Z'],
    ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00Z'],
    ['2026-03-17T15:00+0100', '2026-03-17T14:00:00Z'],
  ])('reads %s', (text, iso) => {
    expect(toIso(parseInstant(text))).toBe(iso);
  });

  it.each([
    '2026-03-17T15:00:00',
    '2026-03-17',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    'yesterday',
    '',
    '2026-03-17 15:00:00Z',
    '2026-03-17T25:00:00Z',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('reads back what toIso writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
        expect(parseInstant(toIso(ms))).toBe(ms);
      }),
    );
  });
});

describe('fixedClock', () => {
  it('stands still', () => {
    const clock = fixedClock('2026-11-23T00:00:00Z');
    expect(toIso(clock.now())).toBe('2026-11-23T00:00:00Z');
  });

  it('refuses a text that is no instant', () => {
    expect(() => fixedClock('2026-11-23')).toThrow(RangeError);
  });
});
