import { type Bug, cleanText, type DeviceReport, type Test } from '@testio-mcp/domain';
import fc from 'fast-check';
import type { ListedFeature } from '../src/write/features.ts';
import { bug, exploratoryTest, feature, product, snapshot, story } from './entities.ts';

/** Any code point, lone surrogates too. fast-check's own unit of all of them takes a second to make. */
const codePoint = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

/** Text as the API client hands it over: storable, trimmed, never empty. */
const text = fc.string({ unit: codePoint, maxLength: 12 }).map(cleanText);
const instant = nullable(fc.integer({ min: 0, max: 4_000_000_000_000 }));
const maybe = nullable(fc.boolean());
const whole = nullable(fc.nat(9));
const named = nullable(fc.record({ id: whole, name: text }));
const keyed = nullable(fc.record({ id: whole, key: text, name: text }));
const status = fc.constantFrom('forwarded', 'accepted', 'rejected', 'odd', null);

const device: fc.Arbitrary<DeviceReport> = fc.record({
  id: whole,
  category: keyed,
  vendor: named,
  device: named,
  operatingSystem: keyed,
  operatingSystemVersion: named,
  browsers: fc.array(fc.record({ id: whole, key: text, name: text }), { maxLength: 2 }),
});

const attachment = fc.record({ id: fc.nat(99), url: text, contentType: text, filename: text, size: whole });

const testFacts: fc.Arbitrary<Partial<Test>> = fc.record({
  title: text,
  status: fc.constantFrom('running', 'locked', 'archived', 'new word', null),
  testingType: text,
  goal: text,
  startAt: instant,
  endAt: instant,
  createdBy: text,
  submittedBy: text,
  enableLow: maybe,
  allowedBugTypes: fc.array(fc.constantFrom('default', 'visual'), { maxLength: 2 }),
  demo: maybe,
  sectionId: whole,
  environment: nullable(fc.record({ id: fc.nat(3), title: fc.constant('Stage') })),
  requirements: fc.array(
    fc.record({
      id: whole,
      category: keyed,
      operatingSystem: keyed,
      minVersion: named,
      maxVersion: named,
      vendor: named,
      devices: fc.array(fc.record({ id: whole, name: text }), { maxLength: 2 }),
      browsers: fc.constant([]),
    }),
    { maxLength: 3 },
  ),
  attachments: fc.array(attachment, { maxLength: 2 }),
});

const bugFacts: fc.Arbitrary<Partial<Bug>> = fc.record({
  title: text,
  severity: fc.constantFrom('low', 'high', 'critical', 'visual', 'content', 'custom', 'odd', null),
  status,
  autoAccepted: fc.boolean(),
  known: fc.boolean(),
  fixed: maybe,
  exportedAt: instant,
  steps: nullable(
    fc.array(
      text.map((line) => line ?? ''),
      { maxLength: 3 },
    ),
  ),
  author: text,
  devices: fc.array(device, { maxLength: 3 }),
  attachments: fc.array(attachment, { maxLength: 2 }),
  comments: fc.array(fc.record({ id: fc.nat(99), body: text, author: text }), { maxLength: 3 }),
  reportedAt: instant,
  report: nullable(fc.record({ title: text, fields: fc.constant([]) })),
});

/** What an account holds: one product, its features, its tests, their bugs. Ids follow from the positions. */
export interface Account {
  readonly features: readonly ListedFeature[];
  readonly tests: readonly Test[];
  readonly bugs: readonly Bug[];
}

export const account: fc.Arbitrary<Account> = fc
  .record({
    features: fc.array(
      fc.record({
        title: text,
        description: text,
        stories: nullable(fc.array(text, { maxLength: 3 })),
        sections: fc.subarray([900, 901]),
      }),
      { maxLength: 3 },
    ),
    tests: fc.array(
      fc.record({
        facts: testFacts,
        snapshots: fc.array(text, { maxLength: 3 }),
        bugs: fc.array(bugFacts, { maxLength: 3 }),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  })
  .map(({ features, tests }) => ({
    features: features.map(({ title, description, stories, sections }, index) => {
      const id = 100 + index;
      const userStories = stories?.map((path, nth) => story({ id: 500 + 10 * index + nth, path, title: path })) ?? null;
      return { feature: feature({ id, title, description, userStories }), sectionIds: sections };
    }),
    tests: tests.map(({ facts, snapshots }, index) =>
      exploratoryTest({
        ...facts,
        id: 10 + index,
        features: snapshots.map((title, nth) => snapshot({ id: 1000 + 10 * index + nth, title })),
        raw: { id: 10 + index, title: facts.title },
      }),
    ),
    bugs: tests.flatMap(({ bugs }, index) =>
      bugs.map((facts, nth) => {
        const id = 5000 + 10 * index + nth;
        return bug({ ...facts, id, testId: 10 + index, raw: { id } });
      }),
    ),
  }));

export const listedProduct = product({
  sections: [
    { id: 900, title: 'Web' },
    { id: 901, title: 'App' },
  ],
  sectionsWithDefault: [
    { id: 899, title: 'default-section' },
    { id: 900, title: 'Web' },
    { id: 901, title: 'App' },
  ],
});
