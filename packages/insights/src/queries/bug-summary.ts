import { type CustomReport, toIso, type WebLinks } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { TextBudget } from '../quote/text-budget.ts';
import { bugMarkdown } from '../render/bug-markdown.ts';
import { toBugFacts } from '../shapes/bug-row.ts';
import { type BugSummary, QUOTED_NOTICE, type ShownBug } from '../shapes/bug-summary.ts';
import { toPerson } from '../shapes/person.ts';
import { toTitled } from '../shapes/titled.ts';
import { toWebLink } from '../shapes/web-link.ts';
import { attachmentsOfBug, commentsOfBug, devicesOfBug, requireBug } from './bug.ts';

type Db = ReadScope['db'];

interface Limits {
  /** Characters of foreign text in all. */
  readonly budget: number;
  /** Characters of one text. */
  readonly text: number;
  /** Entries of one list. */
  readonly entries: number;
}

const LIMITS: Readonly<Record<'brief' | 'full', Limits>> = {
  brief: { budget: 6_000, text: 2_000, entries: 20 },
  full: { budget: 40_000, text: 20_000, entries: 200 },
};

/** Characters of what is normally short: titles, names, keys. */
const SHORT = 300;

/**
 * Everything about one living bug, with four statements, within a budget of characters.
 *
 * @throws TestioError `bug_not_found`
 */
export async function readBugSummary(
  db: Db,
  id: number,
  detail: 'brief' | 'full',
  webLinks?: WebLinks,
): Promise<Omit<BugSummary, 'as_of' | 'completeness'>> {
  const bug = await requireBug(db, id);
  const limits = LIMITS[detail];
  const budget = new TextBudget(limits.budget);
  const short = (what: string, text: string | null) => budget.text(what, text, SHORT, 'line');
  const long = (what: string, text: string | null) => budget.text(what, text, limits.text);
  const report = bug.report === null ? null : (JSON.parse(bug.report) as CustomReport);
  const steps = bug.steps === null ? null : (JSON.parse(bug.steps) as string[]);
  const title = short('title', bug.title);
  const shown: ShownBug = {
    ...toBugFacts({ ...bug, title }),
    ...toWebLink(webLinks, 'bug', { id, test_id: bug.test_id, product_id: bug.product_id }),
    rejection_reason: cleanTesterText(bug.rejection_reason),
    author: toPerson(bug.author_id, bug.author),
    test: toTitled(bug.test_id, bug.test_title),
    product: toTitled(bug.product_id, bug.product_title),
    feature:
      bug.feature_id === null && bug.snapshot_id === null
        ? null
        : { id: bug.feature_id, snapshot_id: bug.snapshot_id, title: cleanTesterText(bug.feature_title) },
    external_idx: short('external_idx', bug.external_idx),
    exported_at: toIso(bug.exported_at),
    export_state: bug.exported_at === null ? 'not_exported' : 'exported',
    fixed: bug.fixed === null ? null : bug.fixed === 1,
    language: short('language', bug.language),
    actual_result: long('actual_result', bug.actual_result),
    expected_result: long('expected_result', bug.expected_result),
    steps: steps && budget.list('steps', withText(steps), limits.entries, (step, cut) => cut(step, limits.text) ?? '…'),
    location: long('location', bug.location),
    report: report && {
      title: short('report', report.title),
      fields: budget.list('report', report.fields, limits.entries, (field, cut) => ({
        name: cut(field.name ?? field.key, SHORT),
        value: cut(field.value, limits.text),
      })),
    },
    devices: budget.list('devices', await devicesOfBug(db, id), limits.entries, (device, cut) => ({
      category: cut(device.category_name ?? device.category_key, SHORT),
      vendor: cut(device.vendor, SHORT),
      model: cut(device.model, SHORT),
      os: cut(device.os_name, SHORT),
      os_version: cut(device.os_version, SHORT),
      browsers: (JSON.parse(device.browsers) as (string | null)[])
        .map((browser) => cut(browser, SHORT))
        .filter((browser) => browser !== null),
    })),
    // The newest tell how the bug stands, so they get the room first.
    comments: budget
      .list('comments', (await commentsOfBug(db, id)).toReversed(), limits.entries, (comment, cut) => ({
        id: comment.id,
        author: cut(comment.author, SHORT),
        body: cut(comment.body, limits.text),
      }))
      .toReversed(),
    attachments: budget.list('attachments', await attachmentsOfBug(db, id), limits.entries, (file, cut) => ({
      id: file.id,
      // An address that is cut leads nowhere.
      url: cut(file.url, null),
      content_type: cut(file.content_type, SHORT),
      filename: cut(file.filename, SHORT),
      size: file.size,
    })),
  };
  const { remainders } = budget;
  return {
    notice: QUOTED_NOTICE,
    bug: shown,
    ...(remainders.length === 0 ? {} : { shown_in_part: remainders }),
    markdown: bugMarkdown(shown, remainders),
  };
}

function withText(steps: readonly string[]): string[] {
  return steps.filter((step) => cleanTesterText(step, 'block') !== null);
}
