import type { CallOptions } from '@testio-mcp/runtime';

type OnProgress = NonNullable<CallOptions['onProgress']>;

/** A client is told at most this often, in milliseconds: a large sync takes thousands of steps. */
const TELL_EVERY_MS = 250;

/**
 * Passes on how far a call has come, but not each step. The numbers are steps done and steps known so far, on one scale from the
 * first to the last; a step back is never told, the last one always.
 */
export function seldom(tell: OnProgress, now: () => number = () => performance.now()): OnProgress {
  let told = { at: Number.NEGATIVE_INFINITY, done: 0 };
  return (progress) => {
    const { done, total } = progress;
    const isLast = done >= total;
    if (done <= told.done || (!isLast && now() - told.at < TELL_EVERY_MS)) return;
    told = { at: now(), done };
    tell(progress);
  };
}
