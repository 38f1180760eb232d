import { parseInstant, parsePeriod, parseWebLinks, type WebLinks } from '@testio-mcp/domain';
import { z } from 'zod';
import { type ProductThresholds, parseProductThresholds } from './product-thresholds.ts';
import { isDeviceName } from './report-path.ts';
import { Secret } from './secret.ts';

/** How the text of a setting becomes a value. Texts arrive trimmed and are never empty. */
export interface SettingType<T> {
  /** Completes the sentence "NAME must be …"; help and reference pages show it too. */
  readonly accepts: string;
  readonly schema: z.ZodType<T, string>;
}

function type<T>(accepts: string, read: (text: string) => T | null): SettingType<T> {
  const schema = z.string().transform((text, context): T => {
    const value = read(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: accepts });
    return z.NEVER;
  });
  return { accepts, schema };
}

function within(value: number, min: number, max: number): number | null {
  return value >= min && value <= max ? value : null;
}

/** A whole number from `min` to `max`, both included. */
export function wholeNumber(min: number, max: number): SettingType<number> {
  return type(`a whole number from ${min} to ${max}`, (text) =>
    /^[+-]?\d{1,15}$/.test(text) ? within(Number(text), min, max) : null,
  );
}

/** A number from `min` to `max`, both included; the decimal point is a point. */
export function decimal(min: number, max: number): SettingType<number> {
  return type(`a number from ${min} to ${max}`, (text) =>
    /^[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})$/.test(text) ? within(Number(text), min, max) : null,
  );
}

const TRUE_WORDS = new Set(['true', '1', 'yes', 'on']);
const FALSE_WORDS = new Set(['false', '0', 'no', 'off']);

export const truth: SettingType<boolean> = type('true or false', (text) => {
  const word = text.toLowerCase();
  return TRUE_WORDS.has(word) ? true : FALSE_WORDS.has(word) ? false : null;
});

/** One of the given words in any case; `synonyms` maps further words onto them. */
export function oneOf<const T extends string>(words: readonly T[], synonyms: Record<string, T> = {}): SettingType<T> {
  return type(`one of ${words.join(', ')}`, (text) => {
    const word = text.toLowerCase();
    return words.find((known) => known === word) ?? synonyms[word] ?? null;
  });
}

/** A file or folder; `~` and relative paths are resolved when the configuration is put together. */
export const path: SettingType<string> = type('a path', (text) => (text.includes('\0') ? null : text));

/** An http or https address without credentials, query or fragment; a slash at its end is dropped. */
export const httpAddress: SettingType<string> = type(
  'an http or https address without user name, query or fragment',
  (text) => {
    const url = URL.parse(text);
    if (url === null || !['http:', 'https:'].includes(url.protocol)) return null;
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null;
    return url.href.replace(/\/+$/, '');
  },
);

/** A name below test.io; the address of any page there says it too. */
export const subdomain: SettingType<string> = type(
  'letters, digits and dashes, as in acme for acme.test.io',
  (text) => {
    const name = /^(?:https?:\/\/)?([a-z\d-]+)(?:\.test\.io(?:[/?#].*)?)?$/i.exec(text)?.[1]?.toLowerCase();
    return name !== undefined && /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/.test(name) ? name : null;
  },
);

/** A proxy's address. It may hold a password, hence secret; `host:port` means http. */
export const proxyAddress: SettingType<Secret> = type('the http, https or socks5 address of a proxy', (text) => {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  return url !== null && /^(https?|socks5?):$/.test(url.protocol) ? new Secret(url.href) : null;
});

export const plainText: SettingType<string> = type('text on one line', (text) =>
  /[\p{Cc}]/u.test(text) ? null : text.normalize('NFC'),
);

/**
 * A token as it goes into an HTTP header. Quotes that came along with a paste are dropped; blanks or line breaks
 * inside mean that something else was pasted too.
 */
export const token: SettingType<Secret> = type('one word of printable ASCII characters', (text) => {
  const bare = /^(["'])(.*)\1$/s.exec(text)?.[2]?.trim() ?? text;
  return /^[\x21-\x7e]+$/.test(bare) ? new Secret(bare) : null;
});

const NAME_MAX_LENGTH = 64;

/** A name that is safe as part of a file name on every system. */
export const safeName: SettingType<string> = type(
  `at most ${NAME_MAX_LENGTH} letters, digits, dots, dashes and underscores, the first a letter or digit and the last no dot, and no device of Windows such as CON`,
  readName,
);

function readName(text: string): string | null {
  const name = text.normalize('NFC');
  if (isDeviceName(name)) return null;
  return name.length <= NAME_MAX_LENGTH && /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}_-])?$/u.test(name)
    ? name
    : null;
}

function listItems(text: string): string[] {
  return text
    .replace(/^\[(.*)\]$/s, '$1')
    .split(/[\s,;]+/)
    .map((item) => item.replace(/^(["'])(.*)\1$/, '$2'))
    .filter((item) => item !== '');
}

function listOf<T>(accepts: string, item: (text: string) => T | null): SettingType<readonly T[]> {
  return type(accepts, (text) => {
    const items = new Set<T>();
    for (const part of listItems(text)) {
      const value = item(part);
      if (value === null) return null;
      items.add(value);
    }
    return items.size === 0 ? null : [...items];
  });
}

/** Ids of the Customer API: one, a list with commas, or a JSON array. Each counts once. */
export const ids: SettingType<readonly number[]> = listOf('one id or several separated by commas', (text) =>
  /^\d{1,15}$/.test(text) && Number(text) > 0 ? Number(text) : null,
);

/** Tool names, as MCP lists them. */
export const toolNames: SettingType<readonly string[]> = listOf('tool names separated by commas', (text) =>
  /^[a-z][a-z0-9_]*$/.test(text) ? text : null,
);

/** Names of customers. */
export const customerNames: SettingType<readonly string[]> = listOf('names of customers separated by commas', readName);

/** Names or addresses of hosts, without port. */
export const hostNames: SettingType<readonly string[]> = listOf(
  'host names without port, separated by commas',
  (text) => (/^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(text) ? text.toLowerCase() : null),
);

/** Origins as browsers send them: scheme, host and port, nothing more. */
export const origins: SettingType<readonly string[]> = listOf(
  'origins such as https://dash.example.com, separated by commas',
  (text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href ? url.origin : null;
  },
);

export const timeZone: SettingType<string> = type('a time zone of the IANA list, such as Europe/Berlin', (text) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
});

/** An instant in ISO 8601 with its offset. */
export const instant: SettingType<number> = type(
  'an ISO 8601 instant with an offset, such as 2026-07-01T00:00:00Z',
  parseInstant,
);

/** Addresses of pages in the web interface. */
export const webLinks: SettingType<WebLinks> = type(
  'one or several of product=, feature=, test=, bug= with an http or https address that holds {id}, and {product_id} or {test_id} where they belong to it',
  parseWebLinks,
);

/** Thresholds of single products. */
export const productThresholds: SettingType<ProductThresholds> = type(
  'products by id with bounds from 0 to 1, such as 598:rejection_warning=0.3,review_critical=0.5;599:auto_acceptance_warning=0.1',
  parseProductThresholds,
);

/** A period in the grammar of all surfaces. It stays text: what it means depends on when it is used. */
export const period: SettingType<string> = type(
  'a period such as 2026-Q3, last 30 days or since 2026-01-01',
  (text) => {
    try {
      parsePeriod(text, { now: Date.now(), timeZone: 'UTC' });
      return text;
    } catch {
      return null;
    }
  },
);
