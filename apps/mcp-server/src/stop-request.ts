import type { Readable, Writable } from 'node:stream';

/** Why a server stops: its input ended, its output broke, the protocol's connection closed, or a signal came. */
export type StopReason = 'input-ended' | 'output-closed' | 'connection-closed' | 'SIGINT' | 'SIGTERM';

const EXIT_CODES: Record<StopReason, number> = {
  'input-ended': 0,
  'output-closed': 0,
  'connection-closed': 1,
  SIGINT: 130,
  SIGTERM: 143,
};

/** Exit code of a server that was stopped for this reason. */
export function exitCodeOf(reason: StopReason): number {
  return EXIT_CODES[reason];
}

export interface StopRequest {
  /** The first reason to stop. */
  readonly first: Promise<StopReason>;
  /** The reason that decides the exit code: a signal that comes while the server is stopping overrules the end of input. */
  readonly reason: StopReason | undefined;
  /** Aborted when there is no time for, or no use in, finishing calls any more. */
  readonly hurry: AbortSignal;
  /** For reasons that only the protocol's side notices. */
  stop(reason: StopReason): void;
  dispose(): void;
}

/**
 * Waits for reasons to stop a server, on these streams if it serves on any. The first signal asks for an orderly end; a second one ends the
 * process at once.
 */
export function watchForStop(
  stdin: Readable | null,
  stdout: Writable | null,
  exitNow: (code: number) => void,
): StopRequest {
  const hurry = new AbortController();
  const { promise, resolve } = Promise.withResolvers<StopReason>();
  let reason: StopReason | undefined;

  const stop = (next: StopReason): void => {
    const signalled = reason === 'SIGINT' || reason === 'SIGTERM';
    const isSignal = next === 'SIGINT' || next === 'SIGTERM';
    if (isSignal && signalled) exitNow(exitCodeOf(next));
    const nobodyListens = next === 'output-closed' || next === 'connection-closed';
    if (nobodyListens || (isSignal && reason !== undefined)) hurry.abort();
    if (reason === undefined || (isSignal && !signalled)) reason = next;
    resolve(next);
  };
  const onInputEnd = (): void => stop('input-ended');
  const onOutputError = (): void => stop('output-closed');
  const onInterrupt = (): void => stop('SIGINT');
  const onTerminate = (): void => stop('SIGTERM');

  stdin?.once('end', onInputEnd);
  stdin?.once('close', onInputEnd);
  stdin?.once('error', onInputEnd);
  // Stays for good: a write after the client has gone must never become an uncaught exception.
  stdout?.on('error', onOutputError);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);

  return {
    first: promise,
    get reason() {
      return reason;
    },
    hurry: hurry.signal,
    stop,
    dispose() {
      stdin?.off('end', onInputEnd);
      stdin?.off('close', onInputEnd);
      stdin?.off('error', onInputEnd);
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
