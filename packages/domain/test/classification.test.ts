import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUG_STATUSES,
  BUG_TYPES,
  bugRates,
  classifyBugStatus,
  classifySeverity,
  EXECUTED_TEST_STATUSES,
  FINAL_TEST_STATUSES,
  isFinalTestStatus,
  isTestStatus,
  noBugs,
  personId,
  SEVERITIES,
  severityBucket,
  severityRank,
  TEST_STATUSES,
  testStatusBucket,
} from '../src/index.ts';

describe('test statuses', () => {
  it('count as executed when they stand for quality figures', () => {
    expect(EXECUTED_TEST_STATUSES).toEqual(['running', 'locked', 'customer_finalized', 'archived']);
  });

  it('are final when nothing is expected to change any more', () => {
    expect(FINAL_TEST_STATUSES).toEqual(['archived', 'cancelled']);
    expect(TEST_STATUSES.filter(isFinalTestStatus)).toEqual(FINAL_TEST_STATUSES);
  });

  it.each([null, 'paused', 'completed', 'toString', ''])('counts %j as other and never as final', (status) => {
    expect(isTestStatus(status)).toBe(false);
    expect(testStatusBucket(status)).toBe('other');
    expect(isFinalTestStatus(status)).toBe(false);
  });
});

describe('bug statuses', () => {
  it.each([
    ['forwarded', false, 'open'],
    ['forwarded', true, 'open'],
    ['accepted', false, 'accepted'],
    ['accepted', true, 'auto_accepted'],
    ['rejected', false, 'rejected'],
    ['rejected', true, 'rejected'],
    ['question', false, 'other'],
    ['open', false, 'other'],
    [null, true, 'other'],
  ] as const)('%s with auto_accepted %s is %s', (status, auto, expected) => {
    expect(classifyBugStatus(status, auto)).toBe(expected);
  });
});

describe('severity', () => {
  it.each([
    ['critical', 'functional', 'critical', 3],
    ['high', 'functional', 'high', 2],
    ['low', 'functional', 'low', 1],
    ['visual', 'visual', null, 0],
    ['content', 'content', null, 0],
    ['custom', 'custom', null, 0],
    ['usability', 'other', null, 0],
    ['medium', 'other', null, 0],
    ['constructor', 'other', null, 0],
    [null, 'other', null, 0],
  ] as const)('%s is %s of level %s, rank %i', (severity, type, level, rank) => {
    expect(classifySeverity(severity)).toEqual({ type, level });
    expect(severityRank(severity)).toBe(rank);
  });

  it('puts every text into exactly one bucket', () => {
    fc.assert(
      fc.property(fc.option(fc.oneof(fc.constantFrom(...SEVERITIES), fc.string())), (severity) => {
        expect([...SEVERITIES, 'other']).toContain(severityBucket(severity));
        expect(BUG_TYPES).toContain(classifySeverity(severity).type);
      }),
    );
  });
});

describe('rates', () => {
  it('are null without data, with a sample size of 0', () => {
    for (const rate of Object.values(bugRates(noBugs()))) expect(rate).toEqual({ value: null, numerator: 0, n: 0 });
  });

  it('divide what the definitions say', () => {
    const rates = bugRates({ open: 10, accepted: 40, auto_accepted: 20, rejected: 25, other: 5 });
    expect(rates.active_acceptance_rate).toEqual({ value: 0.4, numerator: 40, n: 100 });
    expect(rates.overall_acceptance_rate).toEqual({ value: 0.6, numerator: 60, n: 100 });
    expect(rates.auto_acceptance_rate).toEqual({ value: 20 / 60, numerator: 20, n: 60 });
    expect(rates.rejection_rate).toEqual({ value: 0.25, numerator: 25, n: 100 });
    expect(rates.review_rate).toEqual({ value: 0.65, numerator: 65, n: 100 });
  });

  it('stay between 0 and 1 and keep their parts', () => {
    const counts = fc.record(
      Object.fromEntries(BUG_STATUSES.map((s) => [s, fc.nat(10_000)])) as Record<
        (typeof BUG_STATUSES)[number],
        fc.Arbitrary<number>
      >,
    );
    fc.assert(
      fc.property(counts, (by) => {
        for (const { value, numerator, n } of Object.values(bugRates(by))) {
          expect(numerator).toBeLessThanOrEqual(n);
          expect(value).toBe(n === 0 ? null : numerator / n);
        }
      }),
    );
  });
});

describe('personId', () => {
  it('is the same for the same person and another for another kind', () => {
    expect(personId('tester', 'quietheron')).toBe(personId('tester', 'quietheron'));
    expect(personId('tester', 'Imke Sander')).not.toBe(personId('customer', 'Imke Sander'));
  });

  it('is a positive safe integer for any name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const id = personId('tester', name);
        expect(Number.isSafeInteger(id) && id >= 0 && id < 2 ** 48).toBe(true);
      }),
    );
  });
});
