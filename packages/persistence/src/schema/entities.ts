import { BugAttachmentRow, BugCommentRow, BugDeviceRow, BugRow, RejectReasonRow } from './bugs.ts';
import { CountedBugRow, DeviceSetRow } from './counted-bugs.ts';
import { ExecutionDeviceRow, ExecutionRow } from './executions.ts';
import { PersonRow } from './people.ts';
import {
  FeatureRow,
  ProductFeatureRow,
  ProductFreshnessRow,
  ProductRow,
  SectionRow,
  TestTemplateRow,
  UserStoryRow,
} from './products.ts';
import { SearchDocumentRow } from './search.ts';
import { AccountRow, SyncFailureRow, SyncLeaseRow, SyncOutcomeRow, SyncRunRow } from './sync.ts';
import {
  TestAnalyticsRow,
  TestAttachmentRow,
  TestEnvironmentRow,
  TestFeatureMetricsRow,
  TestFeatureRow,
  TestFreshnessRow,
  TestRequirementRow,
  TestRow,
  TestStoryRow,
} from './tests.ts';

/** The entity of any table. Written out, because the type of a tuple of all of them is too long for a declaration file. */
export type StoreEntity =
  | typeof AccountRow
  | typeof ProductRow
  | typeof SectionRow
  | typeof FeatureRow
  | typeof ProductFeatureRow
  | typeof UserStoryRow
  | typeof TestTemplateRow
  | typeof ProductFreshnessRow
  | typeof PersonRow
  | typeof TestEnvironmentRow
  | typeof TestRow
  | typeof TestFeatureRow
  | typeof TestFeatureMetricsRow
  | typeof TestStoryRow
  | typeof TestRequirementRow
  | typeof TestAttachmentRow
  | typeof TestAnalyticsRow
  | typeof TestFreshnessRow
  | typeof BugRow
  | typeof BugDeviceRow
  | typeof BugCommentRow
  | typeof BugAttachmentRow
  | typeof RejectReasonRow
  | typeof CountedBugRow
  | typeof DeviceSetRow
  | typeof ExecutionRow
  | typeof ExecutionDeviceRow
  | typeof SearchDocumentRow
  | typeof SyncRunRow
  | typeof SyncOutcomeRow
  | typeof SyncFailureRow
  | typeof SyncLeaseRow;

/** Every table of a store, in an order in which each comes after those it refers to. */
export const entities: readonly StoreEntity[] = [
  AccountRow,
  ProductRow,
  SectionRow,
  FeatureRow,
  ProductFeatureRow,
  UserStoryRow,
  TestTemplateRow,
  ProductFreshnessRow,
  PersonRow,
  TestEnvironmentRow,
  TestRow,
  TestFeatureRow,
  TestFeatureMetricsRow,
  TestStoryRow,
  TestRequirementRow,
  TestAttachmentRow,
  TestAnalyticsRow,
  TestFreshnessRow,
  BugRow,
  BugDeviceRow,
  BugCommentRow,
  BugAttachmentRow,
  RejectReasonRow,
  CountedBugRow,
  DeviceSetRow,
  ExecutionRow,
  ExecutionDeviceRow,
  SearchDocumentRow,
  SyncRunRow,
  SyncOutcomeRow,
  SyncFailureRow,
  SyncLeaseRow,
];
