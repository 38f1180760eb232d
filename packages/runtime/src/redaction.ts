import type { Config } from './config.ts';

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
export function secretsOf(...configs: readonly Config[]): string[] {
  return configs.flatMap(({ token, httpToken, httpsProxy }) => {
    const proxy = httpsProxy === null ? null : URL.parse(httpsProxy.reveal());
    return [token?.reveal() ?? '', httpToken?.reveal() ?? '', proxy?.password ?? ''];
  });
}
