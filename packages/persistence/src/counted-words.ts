import type { BugStatus, Severity } from '@testio-mcp/domain';

/** What `status` of a counted bug means: the place in this list. Stores in the field hold these numbers. */
export const COUNTED_STATUSES = [
  'open',
  'accepted',
  'auto_accepted',
  'rejected',
  'other',
] as const satisfies readonly BugStatus[];

/** What `severity` of a counted bug means: the place in this list. Stores in the field hold these numbers. */
export const COUNTED_SEVERITIES = [
  'critical',
  'high',
  'low',
  'visual',
  'content',
  'custom',
  'other',
] as const satisfies readonly (Severity | 'other')[];
