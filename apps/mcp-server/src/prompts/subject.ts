import { cleanTesterText, titleMatches } from '@testio-mcp/insights';
import type { Runtime } from '@testio-mcp/runtime';
import { quotedLine, type Subject } from './prompt.ts';

/** Longest argument that a prompt takes over. */
const LONGEST = 500;

/** An argument on one line, without characters that cannot be seen; null when nothing is left. */
export function cleanArgument(given: string | undefined): string | null {
  const text = cleanTesterText(given ?? null);
  return text === null ? null : [...text].slice(0, LONGEST).join('');
}

/** What an argument names: the only thing of this title or id, or the text itself, for the tools to find or to ask about. */
export async function subjectOf(
  runtime: Pick<Runtime, 'store'>,
  kind: 'product' | 'test',
  given: string | undefined,
): Promise<Subject | null> {
  const text = cleanArgument(given);
  if (text === null) return null;
  const fold = (words: string | null) => (words ?? '').toLowerCase();
  const fitting = await titleMatches(runtime, kind, text, 10);
  const exact = fitting.filter(({ id, title }) => String(id) === text || fold(title) === fold(text));
  const [one, another] = exact.length > 0 ? exact : fitting;
  if (one === undefined || another !== undefined) return { input: text, label: `the ${kind} ${quotedLine(text)}` };
  const title = one.title === null ? '' : `, titled ${quotedLine(one.title)}`;
  return { input: one.id, label: `${kind} ${one.id}${title}` };
}
