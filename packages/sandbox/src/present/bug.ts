import type { Account, BugRecord } from '../account/account.ts';
import type { SnapshotRecord, TestRecord } from '../account/records.ts';
import { bugComments } from '../generate/bug-comments.ts';
import type { BugFacts } from '../generate/bug-facts.ts';
import { bugText } from '../generate/bug-text.ts';
import { AUTO_ACCEPTANCE, localIso, parseIso } from '../time.ts';
import type { WireBug, WireReportConfiguration } from '../wire.ts';
import { testTitle } from './test-title.ts';

/**
 * A bug as the API shows it (customer-api 8.9). A bug that is forwarded and was reported ten days or more before `now` is
 * shown as accepted by the system, also when an edit made it so.
 */
export function presentBug(account: Account, test: TestRecord, bug: BugRecord): WireBug {
  const base = bug.facts === null ? blank(account, test, bug.id) : derived(account, test, bug.facts);
  const wire: WireBug = { ...base, ...bug.edits, id: bug.id };
  if (wire.status !== 'forwarded') return wire;
  const since = wire.reported_at === null ? test.endAt : parseIso(wire.reported_at);
  return since !== null && since <= account.now - AUTO_ACCEPTANCE
    ? { ...wire, status: 'accepted', auto_accepted: true }
    : wire;
}

function derived(account: Account, test: TestRecord, facts: BugFacts): WireBug {
  const seed = account.testSeed(test);
  const text = bugText(account.root, account.productSeed(seed.productId), seed, facts);
  const snapshot = test.snapshots.find((candidate) => candidate.id === facts.snapshot?.id) ?? test.snapshots[0] ?? null;
  return {
    id: facts.id,
    title: text.title,
    severity: facts.severity,
    status: facts.status,
    ...(facts.autoAccepted === undefined ? {} : { auto_accepted: facts.autoAccepted }),
    ...(facts.known === undefined ? {} : { known: facts.known }),
    fixed: null,
    exported_at: facts.exportedAt === null ? null : localIso(facts.exportedAt),
    external_idx: facts.externalIdx,
    language: facts.language,
    location: text.location,
    expected_result: text.expected,
    actual_result: text.actual,
    steps: text.steps,
    author: facts.author === null ? null : { name: facts.author },
    devices: text.devices,
    attachments: text.attachments,
    comments: bugComments(account.root, seed, facts),
    ...snapshotMembers(snapshot),
    test: { id: test.id, title: testTitle(account, test) },
    ...(text.report === null ? {} : { report: text.report }),
    reported_at: facts.reportedAt === null ? null : localIso(facts.reportedAt),
  };
}

function blank(account: Account, test: TestRecord, id: number): WireBug {
  return {
    id,
    title: 'New bug',
    severity: 'low',
    status: 'forwarded',
    auto_accepted: false,
    known: false,
    fixed: null,
    exported_at: null,
    external_idx: null,
    language: 'en',
    location: null,
    expected_result: null,
    actual_result: null,
    steps: [],
    author: null,
    devices: [],
    attachments: [],
    comments: [],
    ...snapshotMembers(test.snapshots[0] ?? null),
    test: { id: test.id, title: testTitle(account, test) },
    reported_at: localIso(account.now),
  };
}

/** The two members by which a bug names the snapshot it was filed against. */
export function snapshotMembers(snapshot: SnapshotRecord | null): Pick<WireBug, 'feature' | 'test_feature'> {
  if (snapshot === null) return { feature: null, test_feature: null };
  const link = { id: snapshot.id, ...(snapshot.featureId === null ? {} : { feature_id: snapshot.featureId }) };
  return {
    feature: { ...link, title: snapshot.title, custom_report_configurations: presentConfigurations(snapshot) },
    test_feature: link,
  };
}

/** The custom report forms of a snapshot. */
export function presentConfigurations(snapshot: SnapshotRecord): WireReportConfiguration[] {
  return snapshot.reportConfigurations.map(({ id, title }) => ({
    id,
    title,
    keys: [{ value: 'checkpoint', label: 'Checkpoint' }],
  }));
}
