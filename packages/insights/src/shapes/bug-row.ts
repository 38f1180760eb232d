import {
  AUTO_ACCEPTANCE_MS,
  BUG_STATUSES,
  BUG_TYPES,
  type BugStatus,
  type BugType,
  classifySeverity,
  SEVERITY_LEVELS,
  toIso,
} from '@testio-mcp/domain';
import { z } from 'zod';
import { cleanTesterText } from '../quote/clean-tester-text.ts';

/** What every answer shows of a bug. */
export const bugFacts = z.object({
  id: z.int(),
  title: z.string().nullable(),
  severity: z.string().nullable(),
  bug_type: z.enum(BUG_TYPES),
  severity_level: z.enum(SEVERITY_LEVELS).nullable(),
  status: z.enum(BUG_STATUSES),
  known: z.boolean(),
  reported_at: z.string().nullable(),
  auto_acceptance_at: z
    .string()
    .nullable()
    .describe('When an open bug is accepted by the system, 10 days after it was reported.'),
});

/** Columns of `bugs b` that bugFacts are made from. */
export const BUG_COLUMNS = [
  'b.id',
  'b.title',
  'b.severity',
  'b.bug_type',
  'b.status',
  'b.known',
  'b.reported_at',
] as const;

interface BugColumns {
  readonly id: number;
  readonly title: string | null;
  readonly severity: string | null;
  readonly bug_type: BugType;
  readonly status: BugStatus;
  readonly known: 0 | 1;
  readonly reported_at: number | null;
}

/** A bug as answers show it. */
export function toBugFacts(bug: BugColumns): z.infer<typeof bugFacts> {
  const isWaiting = bug.status === 'open' && bug.reported_at !== null;
  return {
    id: bug.id,
    title: cleanTesterText(bug.title),
    severity: cleanTesterText(bug.severity),
    bug_type: bug.bug_type,
    severity_level: classifySeverity(bug.severity).level,
    status: bug.status,
    known: bug.known === 1,
    reported_at: toIso(bug.reported_at),
    auto_acceptance_at: isWaiting ? toIso((bug.reported_at ?? 0) + AUTO_ACCEPTANCE_MS) : null,
  };
}
