import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { biomeArrows, MESSAGES, turboTags } from '../import-arrows/rules.ts';
import { MEMBER_NAMES, MEMBERS, type MemberName } from '../import-arrows/table.ts';
import { ROOT } from '../step.ts';

/** A copy of the workspace's configuration and manifests, without any source: a new one for each tool. */
let workspace: string;

function makeWorkspace(): void {
  workspace = mkdtempSync(join(tmpdir(), 'import-arrows-'));
  const rootFiles = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'turbo.json', '.gitignore'];
  const memberFiles = MEMBER_NAMES.flatMap((name) =>
    ['package.json', 'turbo.json'].map((file) => `${MEMBERS[name].folder}/${file}`),
  );
  for (const file of [...rootFiles, 'biome.json', 'biome-arrows.json', ...memberFiles]) {
    cpSync(join(ROOT, file), join(workspace, file));
  }
}

function removeWorkspace(): void {
  rmSync(workspace, { recursive: true, force: true });
}

describe('the generated rules', () => {
  test('biome-arrows.json is what the table says', () => {
    expect(readJson(join(ROOT, 'biome-arrows.json'))).toEqual(biomeArrows());
  });

  test('the tags of turbo.json are what the table says', () => {
    expect(readJson(join(ROOT, 'turbo.json'))).toHaveProperty('boundaries.tags', turboTags());
  });

  test('every package carries the tag of its name', () => {
    for (const name of MEMBER_NAMES) {
      expect(readJson(join(ROOT, MEMBERS[name].folder, 'turbo.json'))).toHaveProperty('tags', [name]);
      expect(readJson(join(ROOT, MEMBERS[name].folder, 'package.json'))).toHaveProperty(
        'name',
        MEMBERS[name].packageName,
      );
    }
  });
});

/** Statements that break a rule, where they break it, and the message that must come. */
const VIOLATIONS: readonly (readonly [file: string, statement: string, message: string])[] = [
  ['packages/persistence/src/reversed.ts', "import { a } from '@testio-mcp/insights';", MESSAGES.arrow],
  ['packages/domain/src/type-only.ts', "import type { a } from '@testio-mcp/persistence';", MESSAGES.arrow],
  ['packages/domain/src/re-export.ts', "export { b } from '@testio-mcp/persistence';", MESSAGES.arrow],
  ['packages/runtime/src/dynamic.ts', "const a = await import('@testio-mcp/sandbox');", MESSAGES.arrow],
  ['packages/insights/src/skipping.ts', "import { a } from '@testio-mcp/api-client';", MESSAGES.arrow],
  ['packages/sandbox/src/peeking.ts', "import { a } from '@testio-mcp/api-client';", MESSAGES.arrow],
  ['packages/sandbox/test/peeking.ts', "import { a } from '@testio-mcp/api-client';", MESSAGES.arrow],
  ['apps/mcp-server/src/upwards.ts', "import { a } from 'testio-mcp';", MESSAGES.arrow],
  ['apps/cli/src/below-the-runtime.ts', "import { a } from '@testio-mcp/persistence';", MESSAGES.arrow],
  ['packages/insights/src/deep.ts', "import { a } from '@testio-mcp/domain/src/bug.ts';", MESSAGES.deep],
  ['packages/insights/test/deep.ts', "import { a } from '@testio-mcp/domain/dist/bug.js';", MESSAGES.deep],
  ['packages/insights/src/by-path.ts', "import { a } from '../../domain/src/index.ts';", MESSAGES.leaves],
  ['packages/insights/src/from-tests.ts', "import { a } from '../test/stores.ts';", MESSAGES.leaves],
  ['packages/insights/src/driver.ts', "import a from 'better-sqlite3';", MESSAGES.database],
  ['packages/insights/src/entities.ts', "import { a } from '@mikro-orm/core';", MESSAGES.database],
  ['packages/insights/src/dialect.ts', "import { SqliteDialect as a } from 'kysely';", MESSAGES.database],
  ['apps/cli/src/driver.ts', "import a from 'better-sqlite3';", MESSAGES.database],
  ['packages/sync-engine/src/print.ts', "process.stdout.write('text');", "Do not use 'process.stdout'."],
  ['packages/sync-engine/src/taken.ts', 'const { stdout: a } = process;', "Do not use 'process.stdout'."],
  ['packages/sync-engine/src/imported.ts', "import { stdout as a } from 'node:process';", MESSAGES.stdout],
  ['packages/sync-engine/src/descriptor.ts', "import { writeSync as a } from 'node:fs';", MESSAGES.stdout],
  [
    'packages/sync-engine/src/detour.ts',
    "globalThis.process.stdout.write('text');",
    "Do not use 'globalThis.process'.",
  ],
  ['packages/sandbox/src/server.ts', "process.stdout.write('text');", "Do not use 'process.stdout'."],
  ['apps/mcp-server/src/tools.ts', "process.stdout.write('text');", "Do not use 'process.stdout'."],
  ['packages/sync-engine/src/console.ts', "console.log('text');", "Don't use console."],
  ['packages/sync-engine/src/undeclared.ts', "import { a } from 'hono';", 'hono'],
  ['packages/sync-engine/src/for-tests-only.ts', "import a from 'fast-check';", 'fast-check'],
];

/** Statements that the same rules must let through. */
const ALLOWED: readonly (readonly [file: string, statement: string])[] = [
  ['packages/insights/src/allowed.ts', "import { a } from '@testio-mcp/persistence';"],
  ['packages/insights/src/query.ts', "import { sql as a } from 'kysely';"],
  ['packages/insights/test/allowed.ts', "import { a } from '@testio-mcp/sandbox';"],
  ['packages/insights/test/itself.ts', "import { a } from '@testio-mcp/insights';"],
  ['packages/insights/test/property.ts', "import a from 'fast-check';"],
  ['packages/persistence/src/driver.ts', "import a from 'better-sqlite3';"],
  ['packages/sandbox/src/main.ts', "process.stdout.write('text');"],
  ['packages/sync-engine/src/log.ts', "process.stderr.write('text');"],
  ['apps/cli/src/output.ts', "process.stdout.write('text');"],
];

describe('Biome', () => {
  let findings: Map<string, string[]>;

  beforeAll(() => {
    makeWorkspace();
    for (const [file, statement] of [...VIOLATIONS, ...ALLOWED]) {
      put(file, statement.includes(' a') ? `${statement}\nexport { a };\n` : `${statement}\n`);
    }
    findings = lint();
  });

  afterAll(removeWorkspace);

  test.for(VIOLATIONS)('refuses %s: %s', ([file, , message]) => {
    expect(findings.get(file) ?? []).toContainEqual(expect.stringContaining(message));
  });

  test.for(ALLOWED)('allows %s: %s', ([file]) => {
    expect(findings.get(file) ?? []).toEqual([]);
  });
});

describe('turbo boundaries', () => {
  beforeAll(makeWorkspace);
  afterAll(removeWorkspace);

  test('accepts the manifests as they are', () => {
    expect(boundaries()).toMatchObject({ status: 0 });
  });

  test('refuses a dependency against the arrows, also through another package', () => {
    const restore = addDependency('domain', '@testio-mcp/sync-engine');
    const { status, output } = boundaries();
    restore();
    expect(status).toBe(1);
    expect(output).toContain('Package `@testio-mcp/sync-engine` found without any tag listed in');
    expect(output).toContain('Package `@testio-mcp/api-client` found without any tag listed in');
  });

  test.for([
    ['an undeclared package', "import { a } from '@testio-mcp/sync-engine';", 'it is not a'],
    ['a file of another package', "import { a } from '../../persistence/src/index.ts';", 'leaves the package'],
  ] as const)('refuses %s', ([, statement, message]) => {
    const file = put('packages/domain/src/boundary.ts', `${statement}\nexport { a };\n`);
    const { status, output } = boundaries();
    rmSync(file);
    expect(status).toBe(1);
    expect(output).toContain(message);
  });
});

function put(file: string, content: string): string {
  const path = join(workspace, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function lint(): Map<string, string[]> {
  const { stdout } = spawnSync('biome', ['lint', '--reporter=json', '--max-diagnostics=none'], {
    cwd: workspace,
    encoding: 'utf8',
  });
  const report: { diagnostics: { severity: string; message: string; location: { path: string } }[] } =
    JSON.parse(stdout);
  const byFile = new Map<string, string[]>();
  for (const { message, location } of report.diagnostics) {
    byFile.set(location.path, [...(byFile.get(location.path) ?? []), message]);
  }
  return byFile;
}

function boundaries(): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('turbo', ['boundaries', '--no-color'], {
    cwd: workspace,
    encoding: 'utf8',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
  return { status, output: stdout + stderr };
}

function addDependency(to: MemberName, dependency: string): () => void {
  const file = join(workspace, MEMBERS[to].folder, 'package.json');
  const before = readFileSync(file, 'utf8');
  const manifest: { dependencies: Record<string, string> } = JSON.parse(before);
  manifest.dependencies[dependency] = 'workspace:*';
  writeFileSync(file, JSON.stringify(manifest));
  return () => writeFileSync(file, before);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
