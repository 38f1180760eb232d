import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { CLIENT_NAMES, type ClientName, clientOf } from '../src/clients/clients.ts';
import type { Machine } from '../src/clients/machine.ts';
import { stablePath } from '../src/clients/own-command.ts';
import { temporaryHome } from './black-box/testio-mcp.ts';

const MAC = machine('darwin', '/Users/ada');
const LINUX = machine('linux', '/home/ada');
const WINDOWS = machine('win32', 'C:\\Users\\ada', { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' });

function machine(
  platform: NodeJS.Platform,
  homeDir: string,
  env: NodeJS.ProcessEnv = {},
  folders: Record<string, string[]> = {},
): Machine {
  return { platform, homeDir, env, list: (folder) => folders[folder] ?? [] };
}

const FILES: Record<ClientName, [string, string, string]> = {
  'claude-desktop': [
    '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json',
    'C:\\Users\\ada\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
    '/home/ada/.config/Claude/claude_desktop_config.json',
  ],
  'claude-code': ['/Users/ada/.claude.json', 'C:\\Users\\ada\\.claude.json', '/home/ada/.claude.json'],
  cursor: ['/Users/ada/.cursor/mcp.json', 'C:\\Users\\ada\\.cursor\\mcp.json', '/home/ada/.cursor/mcp.json'],
  vscode: [
    '/Users/ada/Library/Application Support/Code/User/mcp.json',
    'C:\\Users\\ada\\AppData\\Roaming\\Code\\User\\mcp.json',
    '/home/ada/.config/Code/User/mcp.json',
  ],
  gemini: [
    '/Users/ada/.gemini/settings.json',
    'C:\\Users\\ada\\.gemini\\settings.json',
    '/home/ada/.gemini/settings.json',
  ],
  codex: ['/Users/ada/.codex/config.toml', 'C:\\Users\\ada\\.codex\\config.toml', '/home/ada/.codex/config.toml'],
};

test.each(CLIENT_NAMES)('%s reads its servers from this file on macOS, Windows and Linux', (name) => {
  expect([MAC, WINDOWS, LINUX].map((each) => clientOf(name).file(each))).toEqual(FILES[name]);
});

test('folders that the user has moved are followed', () => {
  const moved = machine('linux', '/home/ada', {
    XDG_CONFIG_HOME: '/cfg',
    CODEX_HOME: '/codex',
    CLAUDE_CONFIG_DIR: '/claude',
  });
  expect(clientOf('vscode').file(moved)).toBe('/cfg/Code/User/mcp.json');
  expect(clientOf('codex').file(moved)).toBe('/codex/config.toml');
  expect(clientOf('claude-code').file(moved)).toBe('/claude/.claude.json');
});

test('Claude Desktop from the Windows installer reads the file of its package, if it ever ran', () => {
  const packages = 'C:\\Users\\ada\\AppData\\Local\\Packages';
  const own = `${packages}\\Claude_abc\\LocalCache\\Roaming\\Claude`;
  const installed = machine(
    'win32',
    'C:\\Users\\ada',
    {},
    { [packages]: ['Other_x', 'Claude_abc'], [own]: ['config.json'] },
  );
  expect(clientOf('claude-desktop').file(installed)).toBe(`${own}\\claude_desktop_config.json`);
  const never = machine('win32', 'C:\\Users\\ada', {}, { [packages]: ['Claude_abc'] });
  expect(clientOf('claude-desktop').file(never)).toBe(FILES['claude-desktop'][1]);
});

test('over HTTP each client has its own words, and none holds the secret', () => {
  const url = 'http://127.0.0.1:8080/mcp';
  const entries = (asksForSecret: boolean) =>
    Object.fromEntries(CLIENT_NAMES.map((name) => [name, clientOf(name).httpEntry?.({ url, asksForSecret }) ?? null]));
  expect(entries(false)).toEqual({
    'claude-desktop': null,
    'claude-code': { type: 'http', url },
    cursor: { url },
    vscode: { type: 'http', url },
    gemini: { httpUrl: url },
    codex: { url },
  });
  expect(entries(true)).toEqual({
    'claude-desktop': null,
    // Each refers to the secret in the way this client has for it.
    'claude-code': { type: 'http', url, headers: { Authorization: 'Bearer $' + '{TESTIO_HTTP_TOKEN}' } },
    cursor: { url, headers: { Authorization: 'Bearer $' + '{env:TESTIO_HTTP_TOKEN}' } },
    vscode: { type: 'http', url, headers: { Authorization: 'Bearer $' + '{input:testio-http-token}' } },
    gemini: { httpUrl: url, headers: { Authorization: 'Bearer $' + '{TESTIO_HTTP_TOKEN}' } },
    codex: { url, bearer_token_env_var: 'TESTIO_HTTP_TOKEN' },
  });
});

test('a path into one version of a Homebrew formula becomes the link that stays, if there is one', () => {
  const prefix = temporaryHome();
  const versioned = join(prefix, 'Cellar', 'node', '24.1.0', 'bin', 'node');
  expect(stablePath(versioned)).toBe(versioned);
  const linked = join(prefix, 'opt', 'node', 'bin', 'node');
  mkdirSync(dirname(linked), { recursive: true });
  writeFileSync(linked, '');
  expect(stablePath(versioned)).toBe(linked);
  expect(stablePath('/usr/bin/node')).toBe('/usr/bin/node');
});
