/** The statuses of a test that are known (customer-api 6.1). The set is open: others are kept and counted as `other`. */
export const TEST_STATUSES = [
  'initialized',
  'waiting',
  'running',
  'locked',
  'customer_finalized',
  'archived',
  'cancelled',
] as const;
export type TestStatus = (typeof TEST_STATUSES)[number];

interface StatusTraits {
  /** Counts for quality figures. */
  readonly executed: boolean;
  /** Nobody tests any more. */
  readonly over: boolean;
  /** Neither the test nor, once loaded afterwards, its bugs are expected to change. */
  readonly final: boolean;
}

const TRAITS: Readonly<Record<TestStatus, StatusTraits>> = {
  initialized: { executed: false, over: false, final: false },
  waiting: { executed: false, over: false, final: false },
  running: { executed: true, over: false, final: false },
  locked: { executed: true, over: true, final: false },
  customer_finalized: { executed: true, over: true, final: false },
  archived: { executed: true, over: true, final: true },
  cancelled: { executed: false, over: true, final: true },
};

/** Statuses of tests that count for quality figures. */
export const EXECUTED_TEST_STATUSES: readonly TestStatus[] = TEST_STATUSES.filter((s) => TRAITS[s].executed);

/** Statuses after which a test is not expected to change (customer-api 6.1, last bullet). */
export const FINAL_TEST_STATUSES: readonly TestStatus[] = TEST_STATUSES.filter((s) => TRAITS[s].final);

/** Whether a status is one of the known ones. */
export function isTestStatus(value: string | null): value is TestStatus {
  return value !== null && (TEST_STATUSES as readonly string[]).includes(value);
}

/** Whether a test in this status is final. Unknown statuses never are, so they keep being refreshed. */
export function isFinalTestStatus(value: string | null): boolean {
  return isTestStatus(value) && TRAITS[value].final;
}

/** Whether a test in this status is over. Unknown statuses never are. */
export function isOverTestStatus(value: string | null): boolean {
  return isTestStatus(value) && TRAITS[value].over;
}

/** The bucket under which a test is counted: its status, or `other` for an unknown or missing one. */
export function testStatusBucket(value: string | null): TestStatus | 'other' {
  return isTestStatus(value) ? value : 'other';
}
