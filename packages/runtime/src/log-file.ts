import { join } from 'node:path';
import type { Config } from './config.ts';

/** Where the server writes its log: LOG_FILE, or the usual place in the home folder. */
export function serverLogFile({ logFile, home }: Pick<Config, 'logFile' | 'home'>): string {
  return logFile ?? join(home, 'logs', 'server.log');
}
