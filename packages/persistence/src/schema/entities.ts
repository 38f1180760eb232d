import { BugAttachmentRow, BugCommentRow, BugDeviceRow, BugRow, RejectReasonRow } from './bugs.ts';
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

/** Every table of a store, in an order in which each comes after those it refers to. A tuple, so that queries are typed. */
export const entities = [
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
  ExecutionRow,
  ExecutionDeviceRow,
  SyncRunRow,
  SyncOutcomeRow,
  SyncFailureRow,
  SyncLeaseRow,
] as const;
