import { createHash } from 'node:crypto';
import type { Context } from 'hono';

interface Written {
  readonly text: string;
  readonly tag: string;
}

/** Of answers that are given again (RecentAnswers): each is made into text once. */
const written = new WeakMap<object, Written>();

/** Answers with JSON, and with the tag of its text where it can be asked for again by that. */
export function jsonAnswer(c: Context, output: object): Response {
  const { text, tag } = writtenOf(output);
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
  return c.body(text, 200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'private, no-cache',
    ...(isReading ? { ETag: tag } : {}),
  });
}

function writtenOf(output: object): Written {
  const known = written.get(output);
  if (known !== undefined) return known;
  const text = JSON.stringify(output);
  // Hono would work out the same, from a copy of the answer, each time.
  const made = { text, tag: `"${createHash('sha1').update(text).digest('hex')}"` };
  written.set(output, made);
  return made;
}
