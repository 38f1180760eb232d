export type { Bug, BugComment, CustomReport, DeviceReport, Execution, ExecutionPage, ReportField } from './bug.ts';
export { AUTO_ACCEPTANCE_MS, BUG_STATUSES, type BugStatus, classifyBugStatus } from './bug-status.ts';
export {
  EXECUTION_STATUSES,
  type ExecutionStatus,
  PRODUCT_TYPES,
  type ProductType,
  RUN_STATUSES,
  type RunStatus,
  TESTING_TYPES,
  type TestingType,
} from './catalogue.ts';
export { cleanTesterText } from './clean-tester-text.ts';
export { type Clock, fixedClock, systemClock } from './clock.ts';
export { differenceInterval, INTERVAL_METHOD, type Interval, maybeChance } from './difference.ts';
export {
  cancelled,
  ERROR_KINDS,
  type ErrorKind,
  type ErrorReport,
  isSystemError,
  systemErrorCode,
  TestioError,
  type TestioErrorFacts,
  toTestioError,
} from './errors.ts';
export type { Feature, UserStory } from './feature.ts';
export {
  DEFAULT_THRESHOLDS,
  HEALTH_STATES,
  type HealthState,
  healthOf,
  JUDGED_RATE_NAMES,
  JUDGED_RATES,
  type JudgedRate,
  type Threshold,
  type Thresholds,
  worstHealth,
} from './health.ts';
export { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, parseInstant, SECOND_MS, toIso } from './instant.ts';
export {
  addParts,
  type CountedPart,
  type MetricParts,
  noParts,
  OPEN_AGE_BOUNDS_DAYS,
  OPEN_AGES,
  type OpenAge,
} from './metric-parts.ts';
export {
  isRatio,
  METRIC_NAMES,
  METRICS,
  type MetricDefinition,
  type MetricName,
  type MetricValue,
  metricValue,
  partsFor,
} from './metrics.ts';
export { nounFor } from './noun.ts';
export {
  inPeriod,
  PERIOD_FORMS,
  type Period,
  type PeriodSettings,
  parsePeriod,
  parsePeriodEnds,
  periodAround,
  unitName,
} from './period.ts';
export type { CalendarUnit } from './period-days.ts';
export { PERSON_KINDS, type PersonKind, personId } from './person.ts';
export { previousPeriod } from './previous-period.ts';
export { type Connection, hasSections, type Product, type Section, sectionsToWalk } from './product.ts';
export { type BugsByStatus, bugRates, bugTotal, noBugs, RATE_DEFINITIONS, type Rate, type RateName } from './rates.ts';
export { findRejectionReason, PLATFORM_REASONS, type RejectReason, UNKNOWN_REASON } from './rejection-reason.ts';
export { isBeyondRetention, type RetentionFacts, retentionBegin } from './retention.ts';
export {
  BUG_TYPES,
  type BugType,
  classifySeverity,
  SEVERITIES,
  SEVERITY_LEVELS,
  type Severity,
  type SeverityClass,
  type SeverityLevel,
  severityBucket,
  severityRank,
} from './severity.ts';
export { SEVERITY_WEIGHTS, WEIGHT_WITHOUT_LEVEL } from './severity-weight.ts';
export type {
  Attachment,
  FeatureSnapshot,
  Keyed,
  Named,
  Requirement,
  Review,
  SnapshotStory,
  Test,
  TestAnalytics,
  TestEnvironment,
  TestTemplate,
} from './test.ts';
export {
  EXECUTED_TEST_STATUSES,
  FINAL_TEST_STATUSES,
  isFinalTestStatus,
  isOverTestStatus,
  isTestStatus,
  TEST_STATUSES,
  type TestStatus,
  testStatusBucket,
} from './test-status.ts';
export { cleanText } from './text.ts';
export { LINKED_KINDS, type LinkedKind, type LinkIds, parseWebLinks, type WebLinks, webUrl } from './web-links.ts';
export { type ZoneOffset, zoneOffsets } from './zone-offsets.ts';
