import { existsSync } from 'node:fs';
import process from 'node:process';

/** Debian's Chromium, or the one that the environment names. Browsers are not downloaded. */
export const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** What to do when there is none; undefined when there is. */
export function missingChromium(): string | undefined {
  if (existsSync(CHROMIUM)) return undefined;
  return `There is no Chromium at ${CHROMIUM}. Install it (Debian: apt-get install chromium), or name another one in CHROMIUM_PATH.`;
}
