import type { SnapshotRecord, TestRecord } from '../account/records.ts';
import { hash, Random } from '../random.ts';
import { AUTO_ACCEPTANCE, HOUR, MINUTE, SECOND } from '../time.ts';
import { BUG_ID_STEP } from './tests.ts';

const KIND = 5;

/** Everything about a bug but its texts. Cheap enough to look at every bug of an account. */
export interface BugFacts {
  readonly id: number;
  /** Position among the bugs of its test. */
  readonly index: number;
  readonly snapshot: SnapshotRecord | null;
  readonly severity: string | null;
  readonly status: string;
  /** Undefined when the API leaves the member out. */
  readonly autoAccepted: boolean | null | undefined;
  readonly known: boolean | undefined;
  readonly author: string | null;
  readonly reportedAt: number | null;
  readonly exportedAt: number | null;
  readonly exportRequested: boolean;
  readonly externalIdx: string | null;
  readonly isCustomReport: boolean;
  readonly language: 'en' | 'de';
}

/** The id of the bug at a position of a test; unlike those of all other bugs, ascending. */
export function bugId(root: number, test: TestRecord, index: number): number {
  return test.firstBugId + index * BUG_ID_STEP + (hash(root, KIND, test.id, index) & (BUG_ID_STEP - 1));
}

/** The tester who reported it. The first bug of a test is by the first of its panel, so every tester has one. */
export function bugAuthor(root: number, test: TestRecord, index: number): string | null {
  if (test.panel.length === 0) return null;
  const at = index === 0 ? 0 : hash(root, KIND, test.id, index, 1) % test.panel.length;
  return test.panel[at] ?? null;
}

/**
 * Derives a bug. Shares follow customer-api 10.7: forwarded bugs are all younger than ten days, because older ones are
 * accepted by the system; the shares among older and younger bugs are set so that the whole account comes out right.
 */
export function bugFacts(root: number, now: number, test: TestRecord, index: number): BugFacts {
  const id = bugId(root, test, index);
  const random = new Random(root, KIND, id, 2);
  const snapshot = test.snapshots.length === 0 ? null : random.pick(test.snapshots);
  const activity = test.activity ?? { from: now, until: now };
  const share = (index + 0.05 + random.next() * 0.9) / test.bugCount;
  const moment = activity.from + Math.floor(((activity.until - activity.from) * share) / SECOND) * SECOND;
  const isRecent = moment > now - AUTO_ACCEPTANCE;
  const decision = decide(isRecent, test.rejectionBias, random);
  const isCustomReport = (snapshot?.reportConfigurations.length ?? 0) > 0 && random.chance(0.35);
  const accepted = decision === 'accepted' || decision === 'auto_accepted';
  const isExported = accepted && random.chance(0.5);
  const reviewedAt = Math.min(moment + random.int(30, 60 * 72) * MINUTE, now);
  return {
    id,
    index,
    snapshot,
    severity: severityOf(test, index, isCustomReport, snapshot, random),
    status: decision === 'auto_accepted' ? 'accepted' : decision,
    autoAccepted: decision === 'auto_accepted' ? true : flagOf(decision, random),
    known: random.chance(0.01) ? undefined : random.chance(0.05),
    author: bugAuthor(root, test, index),
    reportedAt: !isRecent && random.chance(0.003) ? null : moment,
    exportedAt: isExported ? Math.floor(Math.min(reviewedAt + HOUR, now) / SECOND) * SECOND : null,
    exportRequested: accepted && !isExported && random.chance(0.06),
    externalIdx: isExported ? `QA-${id % 1_000_000}` : null,
    isCustomReport,
    language: random.chance(0.15) ? 'de' : 'en',
  };
}

/** A reviewer never set the flag on most rejected bugs, and now and then the member is missing (customer-api 6.4). */
function flagOf(decision: string, random: Random): boolean | null | undefined {
  if (random.chance(0.015)) return undefined;
  return decision === 'rejected' && random.chance(0.5) ? null : false;
}

function decide(
  isRecent: boolean,
  bias: number,
  random: Random,
): 'accepted' | 'auto_accepted' | 'rejected' | 'forwarded' {
  if (isRecent) {
    return random.weighted([
      ['forwarded', 0.62],
      ['accepted', 0.26],
      ['rejected', 0.12],
    ]);
  }
  return random.weighted([
    ['accepted', 0.525 - bias],
    ['auto_accepted', 0.208],
    ['rejected', 0.267 + bias],
  ]);
}

function severityOf(
  test: TestRecord,
  index: number,
  isCustomReport: boolean,
  snapshot: SnapshotRecord | null,
  random: Random,
): string | null {
  if (isCustomReport) return 'custom';
  if (index === 0 && test.traits.usabilityBug) return 'usability';
  if (index === 1 && test.traits.severityMissing) return null;
  return random.weighted([
    ['low', 46],
    ['high', 23],
    ['critical', 6],
    ['visual', snapshot?.enableVisual === true ? 24 : 3],
    ['content', snapshot?.enableContent === true ? 14 : 2],
  ]);
}
