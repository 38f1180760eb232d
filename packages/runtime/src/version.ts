import { readFileSync } from 'node:fs';

let version: string | undefined;

/** The program's version, as the package says it. All packages of the product share one. */
export function programVersion(): string {
  // The same relative path holds for src/ and for dist/.
  version ??= (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
  return version;
}
