import { constants } from 'node:os';

type Signal = 'SIGINT' | 'SIGTERM';

/** Turns SIGINT and SIGTERM into an abort, so that work ends in order and the store stays consistent. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came, null before. */
  exitCode(): number | null;
  /** Gives the signals back. */
  release(): void;
}

/** The first signal aborts; a second one ends the process at once, for people who do not want to wait. */
export function watchInterruption(): Interruption {
  const controller = new AbortController();
  let code: number | null = null;
  const interrupt = (signal: Signal): void => {
    const received = 128 + constants.signals[signal];
    if (code !== null) process.exit(received);
    code = received;
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    exitCode: () => code,
    release: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}
