import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import { type Level, type Logger, multistream, pino } from 'pino';
import type { Config } from './config.ts';
import { createRedactor, secretsOf } from './redaction.ts';
import { textLine } from './text-line.ts';

export type { Logger } from 'pino';

/** Takes finished log lines, each ending in a line break. */
export interface LogDestination {
  write(line: string): void;
}

const STDERR = 2;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/**
 * Makes the logger of the program. Lines go to stderr (from `warn` on) and, when `LOG_FILE` is set, to that file
 * (from `info` on, created 0600); `LOG_LEVEL` sets the level of both. Every finished line passes the redactor, so
 * that no message, object, cause or stack can carry a secret of the configuration. Writing is synchronous: nothing
 * is lost when the process ends, and nothing ever reaches stdout.
 *
 * @param destination takes all lines (from `info` on) instead of stderr and the file
 * @param others configurations whose secrets must not be seen either
 * @throws TestioError `log_file_unusable`
 */
export function createLogger(config: Config, destination?: LogDestination, others: readonly Config[] = []): Logger {
  const sinks = destination === undefined ? defaultSinks(config) : [sink(destination, config, 'info')];
  const redact = createRedactor(secretsOf(config, ...others));
  const streams = sinks.map(({ level, render, destination: target }) => ({
    level,
    stream: { write: (line: string) => target.write(redact(render(line))) },
  }));
  return pino(
    {
      base: null,
      // The streams decide what passes; the lowest of their levels keeps disabled lines cheap.
      level: config.logLevel ?? (sinks.some(({ level }) => level === 'info') ? 'info' : 'warn'),
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

function defaultSinks(config: Config): Sink[] {
  const stderr = pino.destination({ fd: STDERR, sync: true });
  // Whoever reads stderr may go away; the program does not end for that.
  stderr.on('error', () => undefined);
  const sinks = [sink(stderr, config, 'warn', process.stderr.isTTY)];
  if (config.logFile !== null) sinks.push(sink(openLogFile(config.logFile), config, 'info'));
  return sinks;
}

function openLogFile(file: string): LogDestination {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: PRIVATE_FOLDER });
    const destination = pino.destination({ dest: file, append: true, sync: true, mode: PRIVATE_FILE });
    destination.on('error', () => undefined);
    chmodSync(file, PRIVATE_FILE);
    return destination;
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
