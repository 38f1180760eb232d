import { SIZES, type Size } from './generate/sizes.ts';
import { foldSeed, Random } from './random.ts';
import type { SandboxSwitches } from './switches.ts';
import { DAY, parseIso, utcIso } from './time.ts';

export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** A whole number; the same seed, size and `now` give the same answers. Default 1. */
  readonly seed?: number;
  /** Default small. */
  readonly size?: Size;
  /** Delay of every answer of the API, not of the control routes. Default 0. */
  readonly latencyMs?: number;
  /** ISO instant up to which the account has a history. Default today at 00:00Z. */
  readonly now?: string;
  /** Default a token that follows from the seed. */
  readonly token?: string;
  /** Behaviour that the API's description leaves open; each has a default. */
  readonly switches?: Partial<SandboxSwitches>;
}

export interface SandboxSettings {
  readonly port: number;
  readonly seed: number;
  readonly size: Size;
  readonly latencyMs: number;
  readonly now: number;
  readonly token: string;
}

/** An option that cannot be used; the message is one sentence. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** Checks the options and fills in the defaults. @throws OptionError */
export function settingsOf(options: SandboxOptions): SandboxSettings {
  const { port = 0, seed = 1, size = 'small', latencyMs = 0, now = today(), token } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new OptionError('port must be a whole number from 0 to 65535.');
  if (!Number.isSafeInteger(seed)) throw new OptionError('seed must be a whole number.');
  if (!SIZES.includes(size)) throw new OptionError(`size must be one of ${SIZES.join(', ')}.`);
  if (!Number.isInteger(latencyMs) || latencyMs < 0 || latencyMs > 600_000) {
    throw new OptionError('latency must be a whole number of milliseconds from 0 to 600000.');
  }
  const instant = parseIso(now);
  if (instant === null)
    throw new OptionError('now must be an ISO 8601 instant with an offset, such as 2026-03-17T00:00:00Z.');
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw new OptionError('token must be visible ASCII characters without blanks.');
  return { port, seed, size, latencyMs, now: instant, token: token ?? tokenOf(seed) };
}

/** Start of the current day in UTC. */
function today(): string {
  return utcIso(Math.floor(Date.now() / DAY) * DAY);
}

const TOKEN_KIND = 12;
const HEX = [...'0123456789abcdef'];

/** Forty hexadecimal digits: looks like a secret, and stands in no other text by chance. */
function tokenOf(seed: number): string {
  const random = new Random(foldSeed(seed), TOKEN_KIND);
  return Array.from({ length: 40 }, () => random.pick(HEX)).join('');
}
