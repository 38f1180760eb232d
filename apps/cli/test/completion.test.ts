import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operations } from '@testio-mcp/insights';
import { SETTING_NAMES, SETTINGS } from '@testio-mcp/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { bashScript, zshScript } from '../src/completion/bash-script.ts';
import { completionTree } from '../src/completion/completion-tree.ts';
import { fishScript } from '../src/completion/fish-script.ts';
import { describeCommands } from '../src/describe-commands.ts';
import { buildProgram } from '../src/program.ts';

const tree = completionTree((questions) => buildProgram(() => undefined, questions));
const script = bashScript(tree);

const folder = mkdtempSync(join(tmpdir(), 'testio-completion-'));
const file = join(folder, 'testio-mcp.bash');
writeFileSync(file, script);
writeFileSync(join(folder, 'my.env'), '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash offers when Tab is pressed at the end of this line. */
function offered(line: string): string[] {
  const words = line.split(' ');
  const typed = words.map((word) => `'${word}'`).join(' ');
  const ask = `. ${file}; COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _testio_mcp; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', ask], { cwd: folder, encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '');
}

describe('each command and each of its flags', () => {
  const [everywhere, ...commands] = describeCommands();
  const flagsOf = (parameters: readonly { term: string }[] = []) =>
    parameters.flatMap(({ term }) => /--[a-z-]+/.exec(term) ?? []);
  const global = flagsOf(everywhere?.parameters);

  test.each(commands.map(({ line, parameters }) => [line, parameters] as const))(
    'of %s is there',
    (line, parameters) => {
      const path = line.replace(/^testio-mcp /, '');
      const node = tree.find((each) => each.path === path);
      const names = node?.flags.map(({ name }) => name);
      const flags = [...flagsOf(parameters), ...global];
      expect(flags.length).toBeGreaterThan(3);
      expect(names).toEqual(expect.arrayContaining(flags));
      for (const flag of flags) {
        expect(script).toMatch(new RegExp(`^ *'${path}'\\) words='[^']*${flag}[ ']`, 'm'));
        expect(fishScript(tree)).toContain(`-n '__testio_mcp_at \\'${path}\\'' -l ${flag.slice(2)} `);
      }
    },
  );
});

describe('bash', () => {
  test('offers commands, and those below them', () => {
    expect(offered('testio-mcp t').toSorted()).toEqual(['tests', 'tools']);
    expect(offered('testio-mcp tests ')).toEqual(expect.arrayContaining(['list', 'show', '--json']));
    expect(offered('testio-mcp store migrate ')).toEqual(expect.arrayContaining(['up', 'down', 'status']));
  });

  test('offers the flags of the command, wherever other flags stand', () => {
    expect(offered('testio-mcp bugs list --sev')).toEqual(['--severity']);
    expect(offered('testio-mcp --quiet bugs --json list --sev')).toEqual(['--severity']);
    expect(offered('testio-mcp sync --sev')).toEqual([]);
  });

  test('offers what a flag and an argument take', () => {
    expect(offered('testio-mcp serve --transport ')).toEqual(['stdio', 'http']);
    expect(offered('testio-mcp install cl')).toEqual(['claude-desktop', 'claude-code']);
    expect(offered('testio-mcp bugs list --severity cr')).toEqual(['critical']);
    expect(offered('testio-mcp completion ')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    expect(offered('testio-mcp call ')).toEqual(expect.arrayContaining(operations.map(({ name }) => name)));
    expect(offered('testio-mcp config set ')).toEqual(
      expect.arrayContaining(SETTING_NAMES.map((name) => SETTINGS[name].variable)),
    );
    expect(offered('testio-mcp --env-file m')).toEqual(['my.env']);
    expect(offered('testio-mcp sync --since ')).toEqual([]);
  });
});

test('zsh takes the completion of bash', () => {
  const [, ...rest] = script.split('\n');
  expect(zshScript(tree)).toContain('bashcompinit');
  expect(zshScript(tree).endsWith(rest.join('\n'))).toBe(true);
});

test('fish is told what each word means, quotes and all', () => {
  const lines = fishScript(tree).split('\n');
  expect(lines).toContain(
    "complete -c testio-mcp -n '__testio_mcp_at \\'serve\\'' -l transport -x -a 'stdio http' -d 'how clients connect'",
  );
  expect(lines).toContain(
    "complete -c testio-mcp -n '__testio_mcp_at \\'\\'' -a 'uninstall' -d 'take this server out of a client\\'s file again'",
  );
});
