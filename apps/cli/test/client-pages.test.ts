import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readableEntry } from '../src/clients/client-file.ts';
import { CLIENT_NAMES, clientOf } from '../src/clients/clients.ts';
import type { Machine } from '../src/clients/machine.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/clients/', import.meta.url));

const MACHINES: readonly Machine[] = [
  { platform: 'darwin', homeDir: '~', env: {}, list: () => [] },
  { platform: 'linux', homeDir: '~', env: {}, list: () => [] },
  { platform: 'win32', homeDir: '%USERPROFILE%', env: { APPDATA: '%APPDATA%' }, list: () => [] },
];

test('each client has a page, and each page a client', () => {
  const pages = readdirSync(FOLDER).filter((name) => name !== 'README.md');
  expect(pages.sort()).toEqual(CLIENT_NAMES.map((name) => `${name}.md`).sort());
  const index = readFileSync(`${FOLDER}README.md`, 'utf8');
  for (const name of CLIENT_NAMES)
    expect(index).toContain(
      `[${clientOf(name).title}](${name}.md) | \`testio-mcp install ${name}\` | ${clientOf(name).httpEntry === null ? 'no' : 'yes'} |`,
    );
});

describe.each(CLIENT_NAMES)('the page of %s', (name) => {
  const client = clientOf(name);
  const page = existsSync(`${FOLDER}${name}.md`) ? readFileSync(`${FOLDER}${name}.md`, 'utf8') : '';

  test('names the command and the file on each system', () => {
    expect(page).toContain(`\ntestio-mcp install ${name}\n`);
    for (const machine of MACHINES) expect(page).toContain(`\`${client.file(machine)}\``);
  });

  test('shows what install writes', () => {
    const stdio = client.stdioEntry({
      command: '/usr/local/bin/node',
      args: ['/usr/local/bin/testio-mcp', 'serve'],
      env: {},
    });
    const http = client.httpEntry?.({ url: 'https://testio.example.com/mcp', asksForSecret: true });
    const entries = [stdio, ...(http === undefined ? [] : [http])].map((entry) =>
      readableEntry(client, 'testio-mcp', entry),
    );
    const shown = [...page.matchAll(/```(?:json|toml)\n([\s\S]*?)\n```/g)].map(([, block]) => block);
    expect(shown).toEqual(entries);
  });
});
