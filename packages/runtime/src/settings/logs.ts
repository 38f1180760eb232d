import { group, type Settings } from '../setting.ts';
import { instant, oneOf, path } from '../setting-type.ts';

const logs = group('Logs and clock');

/** Settings of what is logged, and of the clock. */
export const LOGS_SETTINGS = {
  logLevel: logs('LOG_LEVEL', {
    type: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      warning: 'warn',
      critical: 'fatal',
    }),
    default: null,
    help: 'Least important lines that are logged. Unless set: warn on stderr, info in the log file.',
  }),
  logFormat: logs('LOG_FORMAT', {
    type: oneOf(['json', 'text']),
    default: null,
    help: 'Form of log lines. Unless set: text on a terminal, json elsewhere.',
  }),
  logFile: logs('LOG_FILE', {
    type: path,
    default: null,
    help: 'File that log lines are appended to, instead of <home>/logs/server.log of the server; commands write one only if this is set.',
  }),
  now: logs('TESTIO_NOW', {
    type: instant,
    default: null,
    help: 'Fixes the clock of answers and reports, never of leases and time-outs.',
  }),
} as const satisfies Settings;
