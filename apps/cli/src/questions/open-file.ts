import { z } from 'zod';
import type { Output } from '../output.ts';

const withPath = z.object({ file: z.object({ path: z.string() }) });

/** What is asked for, as a file that a person can look at: a page where nothing else was said. */
export function withFile(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return input.format === undefined && input.output_file === undefined ? { ...input, format: 'html' } : input;
}

/** Shows a written file with the system's program for it. It is there also where that does not work: no more than a note. */
export async function openFile(output: Output, answer: Readonly<Record<string, unknown>>): Promise<void> {
  const { path } = withPath.parse(answer).file;
  const { default: open } = await import('open');
  try {
    const child = await open(path);
    // The program may be missing or fail after this one has ended; then there is nobody to tell.
    child.on('error', () => undefined);
  } catch (thrown) {
    output.note(`${path} could not be opened: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}
