/** Known types of a product (customer-api 6.6). The set is open. */
export const PRODUCT_TYPES = [
  'website',
  'mobile_app_ios',
  'mobile_app_android',
  'mobile_app_windows',
  'streaming_app',
  'gaming',
] as const;
export type ProductType = (typeof PRODUCT_TYPES)[number];

/** Known testing types (customer-api 6.6). The set is open; `custom` stands on old tests only. */
export const TESTING_TYPES = ['coverage', 'focused', 'rapid', 'usability', 'custom'] as const;
export type TestingType = (typeof TESTING_TYPES)[number];

/** Execution status of a feature or user story inside a test. */
export const EXECUTION_STATUSES = ['not_tested', 'passed', 'failed', 'blocked'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** Status of one tester's run of one user story. */
export const RUN_STATUSES = ['pending', 'passed', 'failed', 'blocked', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
