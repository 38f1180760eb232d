import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LauncherWorkspace, outcomeOf } from './launcher-workspace.ts';

const INSTALL = 'pnpm install --frozen-lockfile --prefer-offline';

let workspace: LauncherWorkspace;

beforeEach(() => {
  workspace = new LauncherWorkspace();
});

afterEach(() => workspace.remove());

describe('the locked dependencies', () => {
  test('are installed once, and again when the lock file changes', async () => {
    await workspace.run(['exec', 'true']);
    await workspace.run(['exec', 'true']);
    expect(workspace.calls()).toEqual([INSTALL]);
    workspace.write('pnpm-lock.yaml', 'lock: 2\n');
    await workspace.run(['exec', 'true']);
    expect(workspace.calls()).toEqual([INSTALL, INSTALL]);
  });

  test('are installed again when node_modules is gone, the root one or that of a package', async () => {
    await workspace.run(['exec', 'true']);
    rmSync(join(workspace.root, 'node_modules'), { recursive: true });
    await workspace.run(['exec', 'true']);
    expect(workspace.calls()).toEqual([INSTALL, INSTALL]);
    workspace.write('packages/domain/package.json', '{}');
    await workspace.run(['exec', 'true']);
    expect(workspace.calls()).toEqual([INSTALL, INSTALL, INSTALL]);
  });

  test('keep stdout clean while they are installed', async () => {
    workspace.installPnpm('11.2.0', 'echo installing; mkdir -p node_modules');
    const outcome = await workspace.run(['exec', 'echo', 'answer']);
    expect(outcome).toEqual({ code: 0, stdout: 'answer\n', stderr: 'installing\n' });
  });

  test('that cannot be installed end it with exit code 1, and are tried again', async () => {
    workspace.installPnpm('11.2.0', 'echo "no such version"; exit 4');
    const outcome = await workspace.run(['exec', 'echo', 'answer']);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/no such version\ndev: the locked dependencies could not be installed/);
    workspace.installPnpm('11.2.0');
    expect(await workspace.run(['exec', 'echo', 'answer'])).toMatchObject({ code: 0, stdout: 'answer\n' });
  });

  test('are left alone when pnpm itself is asked for, which is how an outdated lock file is repaired', async () => {
    await workspace.run(['exec', 'pnpm', 'install']);
    expect(workspace.calls()).toEqual(['pnpm install']);
  });

  test('half installed when it was interrupted are installed again', async () => {
    workspace.installPnpm('11.2.0', 'mkdir -p node_modules/.bin; echo half-way >&2; exec tail -f /dev/null');
    const child = workspace.start(['exec', 'echo', 'answer']);
    const interrupted = outcomeOf(child);
    await once(child.stderr ?? child, 'data');
    child.kill('SIGINT');
    expect(await interrupted).toEqual({ code: 130, stdout: '', stderr: 'half-way\n' });
    workspace.installPnpm('11.2.0');
    expect(await workspace.run(['exec', 'echo', 'answer'])).toMatchObject({ code: 0, stdout: 'answer\n' });
    expect(workspace.calls()).toEqual([INSTALL, INSTALL]);
  });

  test('count as gone once another installation has begun, even if the old lock file comes back', async () => {
    await workspace.run(['exec', 'true']);
    workspace.write('pnpm-lock.yaml', 'lock: 2\n');
    workspace.installPnpm('11.2.0', 'exit 4');
    await workspace.run(['exec', 'true']);
    workspace.write('pnpm-lock.yaml', 'lock: 1\n');
    workspace.installPnpm('11.2.0');
    await workspace.run(['exec', 'true']);
    expect(workspace.calls()).toEqual([INSTALL, INSTALL, INSTALL]);
  });

  test('are installed by one launcher while others wait', async () => {
    workspace.installPnpm('11.2.0', 'mkdir node_modules/running && sleep 0.3 && rmdir node_modules/running');
    const outcomes = await Promise.all([1, 2, 3].map((n) => workspace.run(['exec', 'echo', `${n}`])));
    expect(outcomes.map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, '1\n'],
      [0, '2\n'],
      [0, '3\n'],
    ]);
    expect(workspace.calls()).toEqual([INSTALL]);
  });

  test('are installed although a launcher died with the lock in its hands', async () => {
    const cache = join(workspace.root, 'node_modules', '.cache', 'dev');
    mkdirSync(cache, { recursive: true });
    const dead = workspace.start(['--help']);
    await outcomeOf(dead);
    writeFileSync(join(cache, 'lock'), `${dead.pid}\n`);
    const outcomes = await Promise.all([1, 2, 3].map((n) => workspace.run(['exec', 'echo', `${n}`])));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(workspace.calls()).toEqual([INSTALL]);
  });
});

describe('the toolchain', () => {
  /** npx as it answers: the folder that it made comes first on the PATH that its command prints. */
  function npxAnswers(tools: string): void {
    workspace.program('tools/npx', `echo "${tools}:$PATH"`);
  }

  function fetched(withNode: boolean, name = 'fetched'): string {
    workspace.program(`${name}/pnpm`, 'mkdir -p node_modules/.bin');
    if (withNode) workspace.program(`${name}/node`, 'echo v24.21.0');
    return join(workspace.root, name);
  }

  /** Options that make the Node which runs the launcher, and no other, take itself for an older one. */
  function oldNode(): string[] {
    const file = join(workspace.root, 'old-node.mjs');
    writeFileSync(file, `Object.defineProperty(process.versions, 'node', { value: '18.19.0' })`);
    return ['--import', pathToFileURL(file).href];
  }

  test('is taken from PATH when it fits', async () => {
    const { stdout } = await workspace.run(['exec', 'sh', '-c', 'command -v node; command -v pnpm']);
    expect(stdout).toBe(`${workspace.tools}/node\n${workspace.tools}/pnpm\n`);
    expect(workspace.calls()).toEqual([INSTALL]);
  });

  test('is asked from npx once when pnpm is missing or another major version', async () => {
    workspace.installPnpm('10.9.0', 'exit 1');
    npxAnswers(fetched(false));
    await workspace.run(['exec', 'true']);
    workspace.removePnpm();
    const { code, stdout } = await workspace.run(['exec', 'sh', '-c', 'command -v node; command -v pnpm']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${workspace.tools}/node\n${workspace.root}/fetched/pnpm\n` });
    const [npx, ...others] = workspace.calls();
    expect(npx).toMatch(/^npx -y .*-p pnpm@11\.28\.11 -c node -p process\.env\.PATH$/);
    expect(npx).not.toContain('node@');
    expect(others).toEqual([INSTALL]);
  });

  test('is asked from npx when Node is too old, and stands before it on PATH', async () => {
    npxAnswers(fetched(true));
    const { code, stdout } = await workspace.run(['exec', 'node', '--version'], { hostNode: oldNode() });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'v24.21.0\n' });
    expect(workspace.calls()[0]).toContain('-p node@24.21.0');
  });

  test('is asked again when npm has cleared its cache', async () => {
    npxAnswers(fetched(true));
    await workspace.run(['exec', 'true'], { hostNode: oldNode() });
    rmSync(join(workspace.root, 'fetched'), { recursive: true });
    npxAnswers(fetched(true, 'fetched-again'));
    await workspace.run(['exec', 'true'], { hostNode: oldNode() });
    expect(workspace.calls().filter((call) => call.startsWith('npx'))).toHaveLength(2);
  });

  test('without a binary, because npm runs no install scripts, is explained and forgotten', async () => {
    const folder = fetched(false, 'cache/_npx/0a1b2c/node_modules/.bin');
    npxAnswers(folder);
    const outcome = await workspace.run(['exec', 'true'], { hostNode: oldNode() });
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toContain('ignore-scripts');
    expect(outcome.stderr).toContain('npm_config_ignore_scripts=false');
    // npx never completes a folder that it has once made.
    expect(readdirSync(join(workspace.root, 'cache', '_npx'))).toEqual([]);
  });

  test.for([
    ['npx fails', 'echo "registry unreachable" >&2; exit 1', 'registry unreachable'],
    ['npx says nothing useful', 'echo nothing', 'not where PATH would find it'],
  ] as const)('that cannot be had is explained: %s', async ([, body, message]) => {
    workspace.removePnpm();
    workspace.program('tools/npx', body);
    const outcome = await workspace.run(['exec', 'true']);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toContain(message);
  });
});

test('the pinned pnpm and the oldest Node are those of every package.json', () => {
  const toolchain = readFileSync(new URL('../../launcher/toolchain.mjs', import.meta.url), 'utf8');
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const [, major, minor] = /OLDEST_NODE = \[(\d+), (\d+)\]/.exec(toolchain) ?? [];
  expect(manifest.engines.node).toBe(`>=${major}.${minor}`);
  expect(manifest.packageManager).toMatch(/^pnpm@11\.\d+\.\d+$/);
});
