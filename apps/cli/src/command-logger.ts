import { type Config, type Logger, openLogger } from '@testio-mcp/runtime';

/**
 * A command tells people itself what they need to know, so its log is silent but for faults of the program, unless
 * LOG_LEVEL or LOG_FILE ask for more.
 */
export async function commandLogger(config: Config): Promise<Logger> {
  const asked = config.logLevel !== null || config.logFile !== null;
  return openLogger(asked ? config : { ...config, logLevel: 'error' });
}
