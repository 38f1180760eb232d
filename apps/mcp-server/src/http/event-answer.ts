import { setTimeout as pause } from 'node:timers/promises';
import { toTestioError } from '@testio-mcp/domain';
import type { CallOptions } from '@testio-mcp/runtime';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { seldom } from '../seldom.ts';
import { problem, problemBody } from './problem.ts';

export const EVENT_STREAM = 'text/event-stream';

/** What fails within this time, a mistake in the input above all, gets the status of its problem instead of a stream. */
const AT_ONCE_MS = 500;
/** Proxies end connections on which nothing happens. */
const STILL_HERE_MS = 15_000;

type Progress = Parameters<NonNullable<CallOptions['onProgress']>>[0];

/** Whether the caller asks to be told how far the call has come. */
export function wantsEvents(c: Context): boolean {
  return (c.req.header('Accept') ?? '').split(',').some((type) => type.split(';')[0]?.trim() === EVENT_STREAM);
}

/**
 * Answers with a stream of events: `progress` now and then, and at the end either `result` with the answer or `problem` with
 * what a refused request would have got as problem details.
 */
export async function eventAnswer(
  c: Context,
  ask: (onProgress: CallOptions['onProgress']) => Promise<unknown>,
): Promise<Response> {
  let last: Progress | undefined;
  let tell = (progress: Progress): void => {
    last = progress;
  };
  const begun = Promise.withResolvers<'begun'>();
  const outcome = ask(
    seldom((progress) => {
      tell(progress);
      begun.resolve('begun');
    }),
  ).then(
    (output) => ({ output }),
    (thrown: unknown) => ({ error: toTestioError(thrown) }),
  );
  const first = await Promise.race([outcome, begun.promise, pause(AT_ONCE_MS, 'begun' as const)]);
  if (first !== 'begun' && 'error' in first) return problem(c, first.error);

  return streamSSE(c, async (stream) => {
    const send = (event: string, data: unknown) => stream.writeSSE({ event, data: JSON.stringify(data) });
    tell = (progress) => {
      send('progress', progress).catch(() => undefined);
    };
    if (last !== undefined) tell(last);
    const stillHere = setInterval(() => void stream.write(':\n\n'), STILL_HERE_MS);
    const ended = await outcome;
    clearInterval(stillHere);
    if ('error' in ended) await send('problem', problemBody(ended.error));
    else await send('result', ended.output);
  });
}
