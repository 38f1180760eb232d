import type { Config } from './config.ts';
import { Secret } from './secret.ts';
import { givenIn, type Variables } from './setting-sources.ts';
import { SETTING_NAMES, SETTINGS } from './settings.ts';

const PLACEHOLDER = '[redacted]';
const AUTHORIZATION = /(authorization["'\\]*\s*[:=]\s*["'\\]*(?:token|bearer|basic)\s+)[^\s"'\\,;}\]]+/gi;

function spellings(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [secret, inJson, encodeURIComponent(secret), JSON.stringify(inJson).slice(1, -1)];
}

/**
 * Makes a function that takes the secrets out of a text, however they are spelled there (plain, JSON, percent-encoded),
 * and whatever stands in an Authorization header besides.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const needles = [...new Set(secrets.filter((secret) => secret !== '').flatMap(spellings))].sort(
    // The longest first, so that a secret that contains another one goes as a whole.
    (a, b) => b.length - a.length,
  );
  return (text) =>
    needles
      .reduce((rest, needle) => rest.replaceAll(needle, PLACEHOLDER), text)
      .replace(AUTHORIZATION, `$1${PLACEHOLDER}`);
}

/** The texts of configurations that must not be seen anywhere. */
function secretsOf(...configs: readonly Config[]): string[] {
  return configs.flatMap(({ token, httpToken, httpsProxy }) => [
    token?.reveal() ?? '',
    httpToken?.reveal() ?? '',
    httpsProxy === null ? '' : passwordOf(httpsProxy.reveal()),
  ]);
}

function passwordOf(address: string): string {
  return URL.parse(address)?.password ?? '';
}

const SECRET_SETTINGS = SETTING_NAMES.filter((name) => SETTINGS[name].secret);

/** Every secret that any place of any configuration said in this process, as it stands there and as it is used. */
const remembered = new Set<string>();

/**
 * Notes the secrets among some variables, for texts that are written where no configuration is at hand. Whatever is wrong with the rest
 * of the configuration, and whichever customer it is about.
 */
export function rememberSecrets(variables: Variables): void {
  for (const name of SECRET_SETTINGS) {
    const text = givenIn(variables, name);
    if (text === undefined) continue;
    const parsed = SETTINGS[name].type.schema.safeParse(text).data;
    const used = parsed instanceof Secret ? parsed.reveal() : text;
    for (const secret of [text, used, ...(name === 'httpsProxy' ? passwords(used) : [])]) remembered.add(secret);
  }
}

/** Tokens that came to be known after loggers were made: typed, or read from a keychain. */
const lateTokens = new Set<string>();

/** Notes a token that stands in no configuration that was read. Loggers that exist keep it out, too. */
export function rememberToken(token: Secret): void {
  remembered.add(token.reveal());
  lateTokens.add(token.reveal());
}

/** Makes a function that takes out of a text the secrets of configurations, and every token that comes to be known later. */
export function redactorOf(...configs: readonly Config[]): (text: string) => string {
  const known = secretsOf(...configs);
  let redact = createRedactor([...known, ...lateTokens]);
  let knows = lateTokens.size;
  return (text) => {
    if (knows !== lateTokens.size) {
      redact = createRedactor([...known, ...lateTokens]);
      knows = lateTokens.size;
    }
    return redact(text);
  };
}

/** The password of a proxy, as it stands in the address and as it is meant. */
function passwords(address: string): string[] {
  const password = passwordOf(address);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/** Takes every secret that this process has read so far out of a text. */
export function redactRemembered(text: string): string {
  return createRedactor([...remembered])(text);
}
