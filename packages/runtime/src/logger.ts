import { dirname } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import { type Level, type Logger, multistream, pino } from 'pino';
import type { Config } from './config.ts';
import { serverLogFile } from './log-file.ts';
import { redactorOf } from './redaction.ts';
import { openRotatingFile } from './rotating-file.ts';
import { textLine } from './text-line.ts';

export type { Logger } from 'pino';

/** Takes finished log lines, each ending in a line break. */
export interface LogDestination {
  write(line: string): void;
}

const STDERR = 2;

/**
 * Makes the logger of the program, which writes to stderr (from `warn` on); `LOG_LEVEL` sets the level. Every finished line passes
 * the redactor, so that no message, object, cause or stack can carry a secret of the configuration. Writing is
 * synchronous: nothing is lost when the process ends, and nothing ever reaches stdout.
 *
 * @param destination takes all lines (from `info` on) instead of stderr
 */
export function createLogger(config: Config, destination?: LogDestination): Logger {
  return loggerOf([config], [destination === undefined ? stderrSink(config) : sink(destination, config, 'info')]);
}

export interface LogOptions {
  /** A server writes a log file unasked. */
  readonly isServer?: boolean | undefined;
  /** Configurations whose secrets must not be seen either. */
  readonly others?: readonly Config[] | undefined;
}

/**
 * The same with a log file besides (from `info` on), which is set aside when it has grown: LOG_FILE, and for a server, unless that
 * is set, the usual file in the home folder. A server that cannot write the usual one goes on without, and says so.
 *
 * @throws TestioError `log_file_unusable` for a LOG_FILE
 */
export async function openLogger(config: Config, { isServer = false, others = [] }: LogOptions = {}): Promise<Logger> {
  const stderr = stderrSink(config);
  const all = [config, ...others];
  const file = isServer ? serverLogFile(config) : config.logFile;
  if (file === null || config.logLevel === 'silent') return loggerOf(all, [stderr]);
  try {
    return loggerOf(all, [stderr, sink(await openLogFile(file), config, 'info')]);
  } catch (thrown) {
    if (config.logFile !== null) throw thrown;
    const logger = loggerOf(all, [stderr]);
    logger.warn({ file }, 'the log file cannot be written: this goes to stderr alone');
    return logger;
  }
}

/** @param configs the first one says how to log; the secrets of all are kept out */
function loggerOf(configs: readonly Config[], sinks: readonly Sink[]): Logger {
  const redact = redactorOf(...configs);
  const streams = sinks.map(({ level, render, destination: target }) => ({
    level,
    stream: { write: (line: string) => target.write(redact(render(line))) },
  }));
  return pino(
    {
      base: null,
      // The streams decide what passes; the lowest of their levels keeps disabled lines cheap.
      level: configs[0]?.logLevel ?? (sinks.some(({ level }) => level === 'info') ? 'info' : 'warn'),
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    multistream(streams),
  );
}

interface Sink {
  readonly level: Level;
  readonly render: (line: string) => string;
  readonly destination: LogDestination;
}

function sink(destination: LogDestination, config: Config, unlessSet: Level, terminal = false): Sink {
  const asText = (config.logFormat ?? (terminal ? 'text' : 'json')) === 'text';
  const level = config.logLevel === 'silent' ? 'fatal' : (config.logLevel ?? unlessSet);
  return { level, render: asText ? textLine : (line) => line, destination };
}

function stderrSink(config: Config): Sink {
  const stderr = pino.destination({ fd: STDERR, sync: true });
  // Whoever reads stderr may go away; the program does not end for that.
  stderr.on('error', () => undefined);
  return sink(stderr, config, 'warn', process.stderr.isTTY);
}

async function openLogFile(file: string): Promise<LogDestination> {
  try {
    // Loaded only now: it comes with the database.
    const { createPrivateFolder } = await import('@testio-mcp/persistence');
    createPrivateFolder(dirname(file));
    return openRotatingFile(file);
  } catch (error) {
    throw new TestioError({
      kind: 'configuration',
      code: 'log_file_unusable',
      message: `The log file ${file} cannot be written.`,
      next: 'Set LOG_FILE to a path in a folder that you may write to.',
      field: 'LOG_FILE',
      cause: error,
    });
  }
}
