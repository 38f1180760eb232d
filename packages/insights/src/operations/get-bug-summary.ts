import { sql } from 'kysely';
import { z } from 'zod';
import { bugId, detail, freshness } from '../input/parameters.ts';
import { defineOperation } from '../operation.ts';
import { readBugSummary } from '../queries/bug-summary.ts';
import { cutText } from '../quote/cut-text.ts';
import { blockQuote, escapeMarkdown } from '../quote/markdown.ts';
import { remainderText } from '../render/bug-markdown.ts';
import { countOf, day, named, trustLine } from '../render/lines.ts';
import { bugSummary } from '../shapes/bug-summary.ts';
import { webLinkLines } from '../shapes/web-link.ts';
import { readTrust } from '../trust/read-trust.ts';

/** Characters of one quoted text in the rendering. */
const RENDERED_TEXT = 400;

/** One bug with everything that is known about it. */
export const getBugSummary = defineOperation({
  name: 'get_bug_summary',
  title: 'Summarise a bug',
  description:
    'One bug: what happened, steps, devices, comments, attachments, status, reason of rejection, tracker key, and Markdown for a tracker.\nChoose it to read one bug; list_bugs to find bugs.',
  input: z.strictObject({ bug_id: bugId, detail: detail('longer texts and lists'), freshness }),
  aliases: { id: 'bug_id' },
  output: bugSummary,
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/bugs/{bug_id}/summary' },
  shows: ({ bug_id }) => ({ bugs: [bug_id] }),
  async run({ store, webLinks }, { bug_id: id, detail: asked }) {
    return store.read(async ({ db }) => {
      const summary = await readBugSummary(db, id, asked, webLinks);
      const ground = {
        products: null,
        tests: sql`(${summary.bug.test.id})`,
        facets: ['bugs', 'rejection_reasons'] as const,
      };
      return { ...summary, ...(await readTrust(db, ground)) };
    });
  },
  render({ notice, bug, shown_in_part: parts, ...rest }) {
    const quotes = [
      ['Actual', bug.actual_result],
      ['Expected', bug.expected_result],
      ['Steps', bug.steps === null || bug.steps.length === 0 ? null : bug.steps.join('\n')],
      ['Last comment', bug.comments.at(-1)?.body ?? null],
    ] as const;
    const reason = bug.rejection_reason === null ? '' : ` (${bug.rejection_reason})`;
    const known = bug.known ? ', known' : '';
    const reported = `reported ${day(bug.reported_at) ?? 'at an unknown time'} by ${bug.author?.name ?? 'unknown'}`;
    const feature =
      bug.feature === null ? '' : `; feature ${bug.feature.title ?? 'untitled'} (${bug.feature.id ?? '–'})`;
    const key = bug.external_idx === null ? '' : `; tracker key ${bug.external_idx}`;
    const lines = [
      notice,
      escapeMarkdown(
        `Bug ${bug.id}: ${bug.severity ?? 'severity unknown'}, ${bug.status}${reason}${known}; ${reported}.`,
      ),
      `${blockQuote(bug.title ?? 'untitled')}\n`,
      escapeMarkdown(`Test ${named(bug.test)} of ${named(bug.product)}${feature}${key}.`),
      ...quotes.flatMap(([name, text]) => {
        const { text: shown } = cutText(text, RENDERED_TEXT);
        return shown === null ? [] : [`${name}:`, `${blockQuote(shown)}\n`];
      }),
      `Holds ${countOf(bug.comments.length, 'comment')}, ${countOf(bug.attachments.length, 'attachment')}, ${countOf(bug.devices.length, 'device')}; ${bug.export_state.replace('_', ' ')}.`,
      ...(bug.auto_acceptance_at === null ? [] : [`Accepted by the system at ${bug.auto_acceptance_at}.`]),
      ...webLinkLines(bug),
      ...(parts === undefined ? [] : [`Not shown: ${parts.map(remainderText).join('; ')}.`]),
    ];
    return [...lines, trustLine(rest)].join('\n');
  },
});
