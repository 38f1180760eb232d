import type { Bug, Test } from '@testio-mcp/domain';
import fc from 'fast-check';
import { bug, device, exploratoryTest, feature, product, requirement, snapshot } from './entities.ts';
import { DAY, HOUR, NOW, type Rig } from './rig.ts';

/** Around changes of clocks, ends of months and years, and the bounds of ages. */
export const INSTANTS = [
  null,
  Date.UTC(2024, 1, 29, 23, 30),
  Date.UTC(2025, 11, 29, 4),
  Date.UTC(2026, 0, 1, 2),
  Date.UTC(2026, 2, 8, 6, 59, 59, 999),
  NOW - 7 * DAY,
  NOW - 3 * DAY,
  NOW - 3 * DAY + 1,
  NOW - HOUR,
  Date.UTC(2026, 2, 29, 0, 30),
];
const instant = fc.constantFrom(...INSTANTS);
const maybe = <Value>(values: readonly Value[]) => fc.constantFrom(null, ...values);

const mostly = (value: boolean) => fc.constantFrom(value, value, value, value, !value);

const devices = fc.array(
  fc.constantFrom(
    device('iOS', 'Phones', ['Safari', 'Chrome']),
    device('Android', 'Phones', ['Chrome']),
    device('iOS', 'Tablets', []),
    device(null, null, ['Safari']),
    device('Windows', 'Computers', ['Edge', 'Edge']),
  ),
  { maxLength: 3 },
);
const bugFacts = fc.record({
  severity: maybe(['critical', 'high', 'low', 'visual', 'content', 'custom', 'usability']),
  status: fc.constantFrom('forwarded', 'accepted', 'rejected', 'pending', null),
  later: fc.constantFrom('accepted', 'rejected', 'forwarded', 'same', 'gone'),
  autoAccepted: fc.boolean(),
  known: fc.boolean(),
  author: maybe(['anna', 'ben']),
  reportedAt: instant,
  snapshot: maybe([0, 1, 2, 9]),
  featureId: maybe([1, 2, 99]),
  devices,
  isIntended: fc.boolean(),
});
const testFacts = fc.record({
  status: fc.constantFrom('running', 'archived', 'archived', 'locked', 'cancelled', 'initialized', 'melted', null),
  testingType: maybe(['coverage', 'rapid', 'novel']),
  endAt: instant,
  createdBy: maybe(['Carl', 'anna']),
  submittedBy: maybe(['Carl']),
  sectionId: maybe([10, 101, 102]),
  environment: maybe([
    { id: 5, title: 'Stage' },
    { id: 6, title: null },
  ]),
  features: fc.uniqueArray(fc.constantFrom(1, 2, 3, 99, null), { maxLength: 3 }),
  platforms: fc.array(fc.constantFrom('iOS', 'Android', null), { maxLength: 3 }),
  bugs: fc.array(bugFacts, { maxLength: 8, size: 'max' }),
  isLoaded: mostly(true),
  isGone: mostly(false),
});
/** Products with their tests and the bugs of these: of every kind, with and without everything that may be unknown. */
export const account = fc.array(fc.array(testFacts, { maxLength: 9, size: 'max' }), {
  minLength: 1,
  maxLength: 3,
  size: 'max',
});
export type Account = typeof account extends fc.Arbitrary<infer Value> ? Value : never;

/** Writes an account as syncs would, in rounds: bugs change and go, tests are deleted. */
export async function fill(own: Rig, products: Account): Promise<void> {
  const sections = [
    { id: 101, title: 'Web' },
    { id: 102, title: 'App' },
  ];
  const hidden = { id: 10, title: 'default-section' };
  await own.products(
    ...products.map((_, index) =>
      index === 0
        ? product({ id: 1, sections, sectionsWithDefault: [hidden, ...sections], defaultSectionId: 10 })
        : product({ id: index + 1 }),
    ),
  );
  await own.features(1, ...[1, 2, 3].map((id) => ({ feature: feature({ id }), sectionIds: [] })));
  const rounds: { testId: number; first: Bug[]; later: Bug[] }[] = [];
  for (const [index, tests] of products.entries()) {
    const rows = tests.map((facts, place): Test => {
      const id = (index + 1) * 100 + place;
      const features = facts.features.map((featureId, nth) => snapshot({ id: id * 10 + nth, featureId }));
      const requirements = facts.platforms.map((name) =>
        requirement({ operatingSystem: name === null ? null : { id: null, key: null, name } }),
      );
      const { status, testingType, endAt, createdBy, submittedBy, sectionId, environment } = facts;
      const own = { status, testingType, endAt, createdBy, submittedBy, sectionId, environment };
      return exploratoryTest({ id, ...own, features, requirements });
    });
    await own.tests(index + 1, ...rows);
    for (const [place, facts] of tests.entries()) {
      const testId = (index + 1) * 100 + place;
      if (!facts.isLoaded) continue;
      const first = facts.bugs.map(({ later: _, snapshot: nth, isIntended, ...rest }, number) => {
        const body = isIntended ? 'Sorry, the behaviour described here is intentional.' : 'No.';
        const comments = [{ id: number, body, author: 'Carl' }];
        const testFeatureId = nth === null ? null : testId * 10 + nth;
        return bug({ ...rest, id: testId * 10 + number, testId, testFeatureId, comments });
      });
      const later = first.flatMap((each, number) => {
        const status = facts.bugs[number]?.later;
        if (status === 'gone') return [];
        return [status === 'same' || status === undefined ? each : { ...each, status }];
      });
      await own.bugs([testId], ...first);
      rounds.push({ testId, first, later });
    }
    own.clock.set(NOW + 5 * HOUR);
    for (const { testId, later } of rounds.splice(0)) await own.bugs([testId], ...later);
    own.clock.set(NOW);
    await own.tests(index + 1, ...rows.filter((_, place) => tests[place]?.isGone === false));
  }
}
