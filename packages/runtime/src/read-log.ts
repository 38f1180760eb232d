import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as pause } from 'node:timers/promises';
import { rotatedFiles } from './rotating-file.ts';
import { textLine } from './text-line.ts';

/** Levels of log lines, the least important first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line of a log, with the lines of a stack that belong to it. */
export interface LogEntry {
  readonly level: LogLevel;
  /** For people; without control characters that a terminal would obey. */
  readonly text: string;
  /** What was logged; null for a log that was written as text. */
  readonly record: Readonly<Record<string, unknown>> | null;
}

const LOOK_EVERY_MS = 250;

export interface LogEndOptions {
  /** How many. */
  readonly entries: number;
  /** The least important level. */
  readonly from: LogLevel;
}

/** The last entries of a log, oldest first, those in files that were set aside included. Empty when there is no log. */
export function readLogEnd(file: string, options: LogEndOptions): LogEntry[] {
  return lastEntries([file, ...rotatedFiles(file)].filter((each) => existsSync(each)).map(textOf), options);
}

/**
 * Tells the last entries of a log and then every one that comes, until the signal aborts. The log need not exist yet, and may be
 * set aside meanwhile: nothing is left out, and nothing told twice.
 */
export async function followLog(
  file: string,
  options: LogEndOptions & { readonly signal: AbortSignal; readonly onEntry: (entry: LogEntry) => void },
): Promise<void> {
  let reader = existsSync(file) ? openReader(file) : null;
  let rest = '';
  /** What has come, without a line that is not written to its end yet. */
  const wholeLines = (text: string): string => {
    const whole = rest + text;
    const end = whole.lastIndexOf('\n') + 1;
    rest = whole.slice(end);
    return whole.slice(0, end);
  };
  const tell = (text: string): void => entriesOf(wholeLines(text), options.from).forEach(options.onEntry);
  try {
    const own = reader;
    const older = rotatedFiles(file).filter((each) => existsSync(each) && own?.isStill(each) !== true);
    const start = wholeLines(reader?.read() ?? '');
    lastEntries([() => start, ...older.map(textOf)], options).forEach(options.onEntry);
    while (!options.signal.aborted) {
      if (reader !== null) tell(reader.read());
      if (existsSync(file) && reader?.isStill(file) !== true) {
        // Whoever set it aside may have written to it until then.
        if (reader !== null) tell(reader.read());
        reader?.close();
        reader = openReader(file);
        continue;
      }
      await pause(LOOK_EVERY_MS, undefined, { signal: options.signal }).catch(() => undefined);
    }
  } finally {
    reader?.close();
  }
}

function textOf(file: string): () => string {
  return () => readFileSync(file, 'utf8');
}

/** The last entries of several texts, the newest text first; no more of them are read than are needed. */
function lastEntries(texts: readonly (() => string)[], { entries, from }: LogEndOptions): LogEntry[] {
  let found: LogEntry[] = [];
  for (const text of texts) {
    if (found.length >= entries) break;
    found = [...entriesOf(text(), from), ...found];
  }
  return found.slice(Math.max(found.length - entries, 0));
}

function openReader(file: string) {
  const descriptor = openSync(file, 'r');
  const decoder = new StringDecoder('utf8');
  const chunk = Buffer.alloc(64 * 1024);
  let position = 0;
  return {
    read(): string {
      let text = '';
      for (;;) {
        const bytes = readSync(descriptor, chunk, 0, chunk.length, position);
        if (bytes === 0) return text;
        position += bytes;
        text += decoder.write(chunk.subarray(0, bytes));
      }
    },
    isStill: (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(descriptor).ino,
    close: () => closeSync(descriptor),
  };
}

const TEXT_HEAD = /^\d{4}-\d\d-\d\dT\S+ ([A-Z]+) /;

function entriesOf(text: string, from: LogLevel): LogEntry[] {
  const entries: { level: LogLevel; lines: string[]; record: LogEntry['record'] }[] = [];
  for (const line of text.split('\n')) {
    const record = recordOf(line);
    const level = levelOf(record?.level) ?? levelOf(TEXT_HEAD.exec(line)?.[1]?.toLowerCase());
    if (level !== null) entries.push({ level, lines: [record === null ? line : textLine(line).trimEnd()], record });
    // A stack of a log that was written as text; its first lines may stand in a file that is gone.
    else if (line !== '') entries.at(-1)?.lines.push(line);
  }
  return entries
    .filter(({ level }) => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(from))
    .map(({ level, lines, record }) => ({ level, text: harmless(lines.join('\n')), record }));
}

function recordOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function levelOf(word: unknown): LogLevel | null {
  return LOG_LEVELS.find((level) => level === word) ?? null;
}

function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\u{FFFD}');
}
