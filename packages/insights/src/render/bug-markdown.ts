import { blockQuote, escapeMarkdown, linkTo } from '../quote/markdown.ts';
import type { Remainder } from '../quote/text-budget.ts';
import type { ShownBug } from '../shapes/bug-summary.ts';
import { countOf, day } from './lines.ts';

/** A bug as Markdown to paste into a tracker. What testers and customers wrote stands in block quotes it cannot leave. */
export function bugMarkdown(bug: ShownBug, remainders: readonly Remainder[]): string {
  const parts = [
    `## Bug ${bug.id}`,
    blockQuote(bug.title ?? 'untitled'),
    factLines(bug).join('\n'),
    ...section('Location', bug.location),
    ...section('Actual result', bug.actual_result),
    ...section('Expected result', bug.expected_result),
    ...steps(bug),
    ...report(bug),
    ...devices(bug),
    ...attachments(bug),
    ...comments(bug),
    ...(remainders.length === 0 ? [] : [`Not shown: ${remainders.map(remainderText).join('; ')}.`]),
  ];
  return parts.join('\n\n');
}

/** One remainder in words. */
export function remainderText({ what, unit, shown, total }: Remainder): string {
  return `${total - shown} of ${total} ${unit} of ${what}`;
}

function factLines(bug: ShownBug): string[] {
  const facts: [string, string | null][] = [
    ['Severity', bug.severity],
    ['Status', bug.status + (bug.known ? ', known' : '') + (bug.fixed === true ? ', fixed' : '')],
    ['Rejection reason', bug.rejection_reason],
    ['Product', withId(bug.product)],
    ['Test', withId(bug.test)],
    ['Feature', bug.feature === null ? null : withId(bug.feature)],
    ['Reported', day(bug.reported_at)],
    ['Reported by', bug.author?.name ?? null],
    ['Language', bug.language],
    ['Tracker key', bug.external_idx],
    ['Exported', day(bug.exported_at)],
  ];
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [`- ${name}: ${escapeMarkdown(value)}`]));
  const link = bug.web_url === undefined ? null : linkTo(bug.web_url);
  return link === null ? lines : [...lines, `- Web: ${link}`];
}

function withId({ id, title }: { readonly id: number | null; readonly title: string | null }): string {
  return id === null ? (title ?? 'unknown') : `${title ?? 'untitled'} (${id})`;
}

function section(name: string, text: string | null): string[] {
  return text === null ? [] : [`**${name}**\n\n${blockQuote(text)}`];
}

function steps({ steps: all }: ShownBug): string[] {
  if (all === null || all.length === 0) return [];
  return [`**Steps**\n\n${all.map((step, index) => blockQuote(step, `${index + 1}. `)).join('\n')}`];
}

function report({ report: form }: ShownBug): string[] {
  if (form === null) return [];
  const fields = form.fields.map(({ name, value }) => `${name ?? 'unnamed'}: ${value ?? '–'}`);
  const text = [...(form.title === null ? [] : [form.title]), ...fields].join('\n\n');
  return text === '' ? [] : section('Report', text);
}

function devices({ devices: all }: ShownBug): string[] {
  if (all.length === 0) return [];
  const lines = all.map(({ category, vendor, model, os, os_version, browsers }) => {
    const words = [
      [vendor, model].filter((word) => word !== null).join(' '),
      [os, os_version].filter((word) => word !== null).join(' '),
      category,
      ...browsers,
    ].filter((word) => word !== null && word !== '');
    return `- ${escapeMarkdown(words.join(', ').replaceAll('\n', ' ') || 'unknown')}`;
  });
  return [`**Devices**\n\n${lines.join('\n')}`];
}

function attachments({ attachments: all }: ShownBug): string[] {
  if (all.length === 0) return [];
  const lines = all.map(({ url, content_type, filename, size }) => {
    const facts = [content_type, size === null ? null : sizeText(size)].filter((fact) => fact !== null).join(', ');
    const name = escapeMarkdown(`${filename ?? 'file'}${facts === '' ? '' : ` (${facts})`}`.replaceAll('\n', ' '));
    const link = url === null ? null : linkTo(url);
    return `- ${name}${link === null ? '' : `: ${link}`}`;
  });
  return [`**Attachments**\n\n${lines.join('\n')}`];
}

function comments({ comments: all }: ShownBug): string[] {
  if (all.length === 0) return [];
  const blocks = all.map(({ author, body }) => {
    const name = escapeMarkdown((author ?? 'somebody').replaceAll('\n', ' '));
    return `${name} wrote:\n\n${blockQuote(body ?? '–')}`;
  });
  return [`**${countOf(all.length, 'comment')}**`, ...blocks];
}

function sizeText(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KB`;
}
