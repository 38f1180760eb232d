import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MEMBER_NAMES, MEMBERS } from '../import-arrows/table.ts';
import { ROOT } from '../step.ts';

const lockFile = readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8');
const trackedFiles = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trimEnd().split('\n');

describe('the lock file', () => {
  test('names no registry and no machine, so that it installs from any', () => {
    const addressOrAbsolutePath = /\w:\/\/|(?<![-\w])(tarball|file):|[\s'":(=]\/\w|\b[A-Z]:\\/;
    const foreign = lockFile.split('\n').filter((line) => addressOrAbsolutePath.test(line));
    expect(foreign).toEqual([]);
  });
});

describe('the manifests', () => {
  test.for(MEMBER_NAMES)('%s carries what every package carries', (name) => {
    const manifest = readManifest(`${MEMBERS[name].folder}/package.json`);
    const root = readManifest('package.json');
    expect(manifest).toMatchObject({ license: root.license, type: 'module', engines: root.engines });
    const released = readManifest('packages/domain/package.json').version;
    expect(manifest.version).toBe(manifest.private === true ? '0.0.0' : released);
  });

  test.for(['apps/cli', 'apps/mcp-server'])(
    '%s is installed with the SQLite driver alone: the rest is bundled',
    (folder) => {
      expect(Object.keys(readManifest(`${folder}/package.json`).dependencies ?? {})).toEqual(['better-sqlite3']);
    },
  );

  test('two packages never ask for a library in two versions: shared ones stand in the catalog', () => {
    const ranges = new Map<string, Set<string>>();
    for (const file of trackedFiles.filter((tracked) => /(^|\/)package\.json$/.test(tracked))) {
      const { dependencies = {}, devDependencies = {} } = readManifest(file);
      for (const [library, range] of Object.entries({ ...dependencies, ...devDependencies })) {
        ranges.set(library, (ranges.get(library) ?? new Set()).add(range));
      }
    }
    const divided = [...ranges].filter(([, versions]) => versions.size > 1).map(([library]) => library);
    expect(divided).toEqual([]);
  });
});

interface Manifest {
  readonly version?: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
}
