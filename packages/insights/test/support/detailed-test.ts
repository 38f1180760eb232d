import type { DeviceReport, Test } from '@testio-mcp/domain';
import { saveExecutions } from '@testio-mcp/persistence';
import { bug, device, exploratoryTest, product, requirement, snapshot } from './entities.ts';
import { DAY, NOW, type Rig } from './rig.ts';

/** A user story of a test with its result. */
export const story = (id: number, executionStatus: string | null) => ({
  id,
  path: `Path ${id}`,
  title: id === 1 ? null : `Story ${id}`,
  featureId: 100,
  versionId: id * 10,
  executionStatus,
  testedByCount: 3,
  bugsFound: 1,
});

const mac = { id: 4, key: 'mac', name: 'macOS' };
const version = (name: string) => ({ id: null, name });
const browser = (name: string) => ({ id: null, key: null, name });
const category = (name: string) => ({ id: null, key: null, name });

const detailed: Test = exploratoryTest({
  id: 10,
  title: 'Spring\u202E timetable',
  status: 'running',
  goal: 'Find\u200B bugs',
  instructions: 'Step by step. '.repeat(100),
  outOfScope: null,
  startAt: NOW - DAY,
  endAt: NOW + DAY,
  reviewStatus: 'review_successful',
  createdBy: 'Imke Sander',
  submittedBy: 'Omar',
  enableLow: false,
  enableCritical: null,
  environment: { id: 22, title: 'Preview' },
  features: [
    snapshot({
      id: 1000,
      featureId: 100,
      title: 'Seats',
      executionStatus: 'failed',
      testerCount: 4,
      userStories: [story(1, 'passed'), story(2, 'failed'), story(3, 'odd'), story(4, 'blocked')],
    }),
    snapshot({ id: 1001, title: 'Menu', executionStatus: 'not_tested' }),
  ],
  requirements: [
    requirement({
      operatingSystem: mac,
      minVersion: version('13'),
      category: category('Computers'),
      browsers: [browser('Safari')],
    }),
    requirement({
      operatingSystem: mac,
      minVersion: version('13'),
      category: category('Computers'),
      browsers: [browser('Chrome'), browser('Safari')],
    }),
    requirement({ operatingSystem: mac, minVersion: version('12'), maxVersion: version('14') }),
    requirement({ operatingSystem: mac, minVersion: version('12'), maxVersion: version('12') }),
    requirement({ operatingSystem: mac, maxVersion: version('11') }),
    requirement({ operatingSystem: mac }),
    requirement({ category: category('Tablets') }),
  ],
  analytics: {
    testersCount: 4,
    devicesCount: 5,
    totalFeatures: 2,
    testedFeatures: 1,
    passedFeatures: 0,
    failedFeatures: 1,
    totalUserStories: 4,
    testedUserStories: 3,
    passedUserStories: 1,
    failedUserStories: 1,
    blockedUserStories: 1,
    totalBugs: null,
  },
});

/** Fills a store with test 10, of which everything is known, and test 11, of which nothing but the list was read. */
export async function fillDetailed(own: Rig): Promise<void> {
  await own.products(product({ id: 1, title: 'Ferries' }));
  await own.tests(1, detailed, exploratoryTest({ id: 11, title: 'Plain', status: 'archived' }));
  await own.details(1, detailed);
  const phone = {
    ...device('iOS', 'Smartphones', ['Safari']),
    operatingSystemVersion: version('17.1'),
    device: version('iPhone 14'),
    vendor: version('Apple'),
  };
  const run = (id: number, versionId: number, status: string, devices: DeviceReport[]) => ({
    versionId,
    execution: { id, status, comment: null, executedBy: 'tina', executedAt: NOW, testId: null, devices },
  });
  await own.write((scope) =>
    saveExecutions(scope, 10, [
      run(1, 10, 'passed', [phone]),
      run(2, 20, 'failed', [phone]),
      run(3, 20, 'failed', [phone, device('Android', 'Tablets', [])]),
      run(4, 20, 'passed', [device(null, null, [])]),
      run(5, 40, 'blocked', [device(null, 'Computers', ['Chrome', 'Firefox'])]),
      run(6, 40, 'odd', [phone]),
    ]),
  );
  await own.bugs(
    [10],
    bug({
      id: 1,
      testId: 10,
      severity: 'critical',
      testFeatureId: 1000,
      reportedAt: NOW - 6,
      devices: [device('macOS', 'Computers', ['Safari', 'Chrome']), device('iOS', 'Smartphones', ['Safari'])],
    }),
    bug({
      id: 2,
      testId: 10,
      severity: 'visual',
      testFeatureId: 1000,
      reportedAt: NOW - 5,
      status: 'accepted',
      known: true,
      devices: [device('macOS', null, ['Safari']), device('macOS', 'Computers', [])],
    }),
    bug({
      id: 3,
      testId: 10,
      severity: 'low',
      testFeatureId: 77,
      reportedAt: NOW - 4,
      status: 'rejected',
      devices: [device(null, null, [])],
    }),
    bug({ id: 4, testId: 10, severity: null, reportedAt: null, status: 'odd' }),
    bug({ id: 5, testId: 10, reportedAt: NOW - 3 }),
    bug({ id: 6, testId: 10, reportedAt: NOW - 3 }),
    bug({ id: 7, testId: 10, testFeatureId: 1001, reportedAt: NOW - 1 }),
  );
}
