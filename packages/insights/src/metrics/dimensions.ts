import { BUG_STATUSES, BUG_TYPES, SEVERITIES, TEST_STATUSES, TESTING_TYPES } from '@testio-mcp/domain';
import type { ReferenceKind } from '../input/forms.ts';

/** What metrics are grouped and filtered by. */
export interface Dimension {
  readonly about: string;
  /** `test`: a bug has it from its test. `bug`: only bugs have it. `feature`: tests include several, a bug has one. */
  readonly level: 'test' | 'bug' | 'feature' | 'time';
  /** Whether a test, or a bug, may stand in several groups, so that groups do not add up. */
  readonly isManyOfTests?: true;
  readonly isManyOfBugs?: true;
  /** A closed list of values, in their order. */
  readonly values?: readonly string[];
  /** What its ids are ids of. */
  readonly reference?: ReferenceKind;
}

/** Every dimension. */
export const DIMENSIONS = {
  product: { about: 'product of the test', level: 'test', reference: 'product' },
  feature: {
    about: 'feature that tests include, that a bug was filed against',
    level: 'feature',
    isManyOfTests: true,
    reference: 'feature',
  },
  section: { about: 'section of the test', level: 'test', reference: 'section' },
  test: { about: 'test', level: 'test', reference: 'test' },
  tester: { about: 'tester who reported the bug', level: 'bug', reference: 'tester' },
  customer_user: { about: 'who created the test', level: 'test', reference: 'customer_user' },
  severity: { about: 'severity of the bug', level: 'bug', values: [...SEVERITIES, 'other'] },
  bug_type: { about: 'type of the bug', level: 'bug', values: BUG_TYPES },
  bug_status: { about: 'status of the bug', level: 'bug', values: BUG_STATUSES },
  rejection_reason: { about: 'reason of a rejected bug', level: 'bug' },
  known: { about: 'bug marked as known', level: 'bug', values: ['true', 'false'] },
  testing_type: { about: 'type of the test', level: 'test', values: [...TESTING_TYPES, 'other'] },
  test_status: { about: 'status of the test', level: 'test', values: [...TEST_STATUSES, 'other'] },
  test_environment: { about: 'environment of the test', level: 'test', reference: 'test_environment' },
  required_platform: {
    about: 'operating system the test asked for',
    level: 'test',
    isManyOfTests: true,
    isManyOfBugs: true,
  },
  device_os: { about: 'operating system of a device that showed the bug', level: 'bug', isManyOfBugs: true },
  browser: { about: 'browser of a device that showed the bug', level: 'bug', isManyOfBugs: true },
  day: { about: 'day on the time axis', level: 'time' },
  week: { about: 'ISO week', level: 'time' },
  month: { about: 'month', level: 'time' },
  quarter: { about: 'quarter of the fiscal year', level: 'time' },
  year: { about: 'fiscal year', level: 'time' },
} as const satisfies Readonly<Record<string, Dimension>>;

export type DimensionName = keyof typeof DIMENSIONS;
export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as [DimensionName, ...DimensionName[]];

/** What metrics can be filtered by: everything but times, for which there is the period. */
export const FILTER_NAMES = DIMENSION_NAMES.filter((name) => DIMENSIONS[name].level !== 'time');

/** A dimension by its name, with all the members that one may have. */
export function dimension(name: DimensionName): Dimension {
  return DIMENSIONS[name];
}
