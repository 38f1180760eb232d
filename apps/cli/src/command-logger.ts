import { type Config, createLogger, type Logger } from '@testio-mcp/runtime';

/**
 * A command tells people itself what they need to know, so its log is silent but for faults of the program, unless
 * LOG_LEVEL or LOG_FILE ask for more.
 */
export function commandLogger(config: Config): Logger {
  const asked = config.logLevel !== null || config.logFile !== null;
  return createLogger(asked ? config : { ...config, logLevel: 'error' });
}
