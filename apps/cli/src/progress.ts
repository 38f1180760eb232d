import { styledNote } from './output.ts';

/** Work done so far, as a sync reports it. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

/** Shows progress on stderr until it is closed. */
export interface ProgressView {
  update(progress: Progress): void;
  close(): void;
}

const BAR_CELLS = 24;
/** A terminal line is redrawn at most this often, in milliseconds. */
const REDRAW_MS = 80;
/** Without a terminal a line is written at most this often, in milliseconds: logs stay short. */
const LINE_MS = 2_000;
const CLEAR_LINE = '\r\u001b[K';

const SILENT: ProgressView = { update: () => undefined, close: () => undefined };

/** A bar on a terminal, a plain line now and then in a log, nothing when silence was asked for. */
export function progressView(options: { silent: boolean }): ProgressView {
  if (options.silent) return SILENT;
  return process.stderr.isTTY ? bar(process.stderr) : lines();
}

function bar(stream: NodeJS.WriteStream): ProgressView {
  let drawnAt = 0;
  return {
    update(progress) {
      const now = performance.now();
      if (now - drawnAt < REDRAW_MS && progress.done < progress.total) return;
      drawnAt = now;
      stream.write(CLEAR_LINE + barLine(progress, stream.columns));
    },
    close: () => void stream.write(CLEAR_LINE),
  };
}

/** One line of at most `columns` characters: bar, percentage, what is being read. */
export function barLine(progress: Progress, columns: number): string {
  const share = progress.total > 0 ? Math.min(progress.done / progress.total, 1) : 0;
  const full = Math.round(share * BAR_CELLS);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const room = Math.max((columns || 80) - BAR_CELLS - percent.length - 3, 0);
  const cells = styledNote('green', '█'.repeat(full)) + styledNote('dim', '░'.repeat(BAR_CELLS - full));
  return `${cells} ${percent} ${clip(progress.message, room)}`;
}

function lines(): ProgressView {
  let writtenAt = performance.now();
  return {
    update(progress) {
      const now = performance.now();
      if (now - writtenAt < LINE_MS) return;
      writtenAt = now;
      process.stderr.write(`${progress.message} (${progress.done} of ${progress.total})\n`);
    },
    close: () => undefined,
  };
}

/** Cuts a text to a number of characters, marking the cut. */
export function clip(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(length - 1, 0)).join('')}…`;
}
