import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something that no source says, but where it belongs. */
export interface SourceRule {
  readonly what: string;
  /** Of each line. */
  readonly forbidden: RegExp;
  /** Files that are looked at. */
  readonly within: RegExp;
  /** Files where it belongs. */
  readonly except?: RegExp;
}

const SOURCES = /^(packages|apps)\/[^/]+\/src\/.*\.ts$/;
const TYPESCRIPT = /^(packages|apps|scripts|benchmarks)\/.*\.ts$/;

export const SOURCE_RULES: readonly SourceRule[] = [
  {
    what: 'the schema is made by migrations alone',
    forbidden:
      /\b(create (virtual )?table (?!temp\.)|create trigger|create (unique )?index (?!temp\.)|alter table)\b|\.(updateSchema|createSchema|refreshDatabase|dropSchema)\(/i,
    within: SOURCES,
    // What is temporary belongs to one connection and is no part of the schema.
    except: /^packages\/persistence\/src\/migrations\//,
  },
  {
    what: 'one folder knows the driver of the database',
    forbidden: /better-sqlite3|node:sqlite|libsql/,
    within: SOURCES,
    except: /^packages\/persistence\/src\/sqlite\//,
  },
  {
    what: 'no type is given up, and no check is switched off without a reason',
    forbidden:
      /@ts-(ignore|nocheck)|@ts-expect-error\s*$|\bas any[;,)\]>.]|biome-ignore [\w/]+\s*$|biome-ignore [\w/]+:\s*$/,
    within: TYPESCRIPT,
    except: /^scripts\/(gate\/source-rules|test\/gate\.test)\.ts$/,
  },
  {
    what: 'nothing temporary stayed, and nothing waits for seconds without saying so by a name',
    forbidden:
      /\b(TODO|FIXME|XXX|HACK|workaround|temporary fix)\b|(setTimeout|sleep|pause)\([^)]*\b[1-9](?:_?\d){3,}\)/i,
    within: SOURCES,
  },
];

/** How many files a rule looks at, and the lines that break it, as `file:line: text`. */
export function violations(rule: SourceRule, root: string): { files: number; lines: string[] } {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const looked = files.split('\n').filter((file) => rule.within.test(file) && rule.except?.test(file) !== true);
  const lines = looked.flatMap((file) => linesAgainst(rule, file, readFileSync(join(root, file), 'utf8')));
  return { files: looked.length, lines };
}

/** The lines of one text that break a rule. */
export function linesAgainst({ forbidden }: SourceRule, file: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (forbidden.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []));
}

const STRICT = ['strict', 'noUncheckedIndexedAccess', 'exactOptionalPropertyTypes', 'useUnknownInCatchVariables'];

/** Options of the compiler that have to be on and are not, as it reads its own configuration. */
export function missingStrictness(root: string): string[] {
  const shown = execFileSync('tsc', ['-p', 'tsconfig.json', '--showConfig'], { cwd: root, encoding: 'utf8' });
  const { compilerOptions } = JSON.parse(shown) as { compilerOptions: Record<string, unknown> };
  return STRICT.filter((option) => compilerOptions[option] !== true);
}
