import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { planChange, serversIn, writeChange } from '../src/clients/client-file.ts';
import { CLIENT_NAMES, type ClientName, clientOf, type Entry } from '../src/clients/clients.ts';
import { temporaryHome } from './black-box/testio-mcp.ts';

const ENTRY: Entry = {
  command: '/opt/node/bin/node',
  args: ['/opt/testio mcp/bin.js', 'serve'],
  env: { TESTIO_HOME: 'C:\\x "y"' },
};
const OTHER = { command: 'npx', args: ['-y', 'other'] };

/** What a file of this client holds that knows another server, with comments where they hurt. */
function withOthers(name: ClientName): string {
  const { format, servers } = clientOf(name);
  if (format === 'toml') {
    return [
      '# my settings',
      'model = "best" # the best',
      '',
      `[${servers}.other]`,
      'command = "npx" # from PATH',
      'args = [ "-y", "other" ]',
      '',
      '# for work',
      '[profiles.work]',
      "note = '''",
      `[${servers}.fake]`,
      "'''",
      '',
    ].join('\n');
  }
  return [
    '{',
    '\t// my settings',
    '\t"theme": "dark", /* dark */',
    `\t"${servers}": {`,
    '\t\t"other": { "command": "npx", "args": ["-y", "other"] }, // from PATH',
    '\t\t// more to come',
    '\t},',
    '\t"inputs": []',
    '}',
    '',
  ].join('\n');
}

function parsed(name: ClientName, text: string): Record<string, unknown> {
  return clientOf(name).format === 'toml' ? parseToml(text) : parseJson(text, [], { allowTrailingComma: true });
}

function clientFile(content?: string): string {
  const file = join(temporaryHome(), 'of the client', 'config');
  if (content === undefined) return file;
  mkdirSync(dirname(file));
  writeFileSync(file, content, { mode: 0o640 });
  return file;
}

async function install(name: ClientName, file: string, entry: Entry | null = ENTRY) {
  return writeChange(clientOf(name), planChange(clientOf(name), file, 'testio-mcp', entry));
}

describe.each(CLIENT_NAMES)('the file of %s', (name) => {
  const { servers, format } = clientOf(name);

  test('that is absent is made, for its owner alone', async () => {
    const file = clientFile();
    expect(await install(name, file)).toBeNull();
    expect(parsed(name, readFileSync(file, 'utf8'))).toEqual({ [servers]: { 'testio-mcp': ENTRY } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  test('that is empty gets the server', async () => {
    for (const content of ['', '\n', '\uFEFF']) {
      const file = clientFile(content);
      await install(name, file);
      const text = readFileSync(file, 'utf8');
      expect(parsed(name, text.replace('\uFEFF', ''))).toEqual({ [servers]: { 'testio-mcp': ENTRY } });
      expect(text.startsWith('\uFEFF')).toBe(content === '\uFEFF');
    }
  });

  test('with other servers and comments keeps each of its lines, its mode, and a copy of what it was', async () => {
    const before = withOthers(name);
    const file = clientFile(before);
    const backup = await install(name, file);
    const after = readFileSync(file, 'utf8');
    expect(serversIn(clientOf(name), file)).toEqual({ other: OTHER, 'testio-mcp': ENTRY });
    const lines = after.split('\n');
    for (const line of before.split('\n')) expect(lines).toContain(line);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(backup).toBe(`${file}.before-testio-mcp`);
    expect(readFileSync(`${file}.before-testio-mcp`, 'utf8')).toBe(before);
    expect(statSync(`${file}.before-testio-mcp`).mode & 0o777).toBe(0o640);
    expect(readdirSync(dirname(file)).toSorted()).toEqual(['config', 'config.before-testio-mcp']);

    // Again: nothing to do. Taken out: as it was.
    expect(planChange(clientOf(name), file, 'testio-mcp', ENTRY).after).toBeNull();
    await install(name, file, null);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('keeps the copies of the client itself, and ours as it was before the first change', async () => {
    const before = withOthers(name);
    const file = clientFile(before);
    writeFileSync(`${file}.backup`, 'of the client');
    expect(await install(name, file, { command: 'old', args: [] })).toBe(`${file}.before-testio-mcp`);
    expect(await install(name, file)).toBeNull();
    expect(await install(name, file, null)).toBeNull();
    expect(readFileSync(`${file}.before-testio-mcp`, 'utf8')).toBe(before);
    expect(readFileSync(`${file}.backup`, 'utf8')).toBe('of the client');
    expect(readdirSync(dirname(file)).toSorted()).toEqual(['config', 'config.backup', 'config.before-testio-mcp']);
  });

  test('that has an older entry gets the new one in its place', async () => {
    const file = clientFile(withOthers(name));
    await install(name, file, { command: 'old', args: [] });
    await install(name, file);
    expect(serversIn(clientOf(name), file)).toEqual({ other: OTHER, 'testio-mcp': ENTRY });
  });

  test('with Windows line breaks keeps them', async () => {
    const file = clientFile(withOthers(name).replaceAll('\n', '\r\n'));
    await install(name, file);
    expect(readFileSync(file, 'utf8').replaceAll('\r\n', '')).not.toContain('\n');
    expect(Object.keys(serversIn(clientOf(name), file))).toEqual(['other', 'testio-mcp']);
  });

  const BROKEN: Record<string, string> = {
    'cut off': withOthers(name).slice(0, format === 'toml' ? -6 : -4),
    'no text': '\u0000\u0001',
    'other things where servers belong': format === 'toml' ? `${servers} = 7\n` : `{"${servers}": [1]}`,
    'a server given twice':
      format === 'toml' ? `[${servers}.a]\n[${servers}.a]\n` : `{"${servers}": {}, "${servers}": {"a": 1}}`,
  };
  test.each(Object.keys(BROKEN))('that is malformed (%s) is refused and left alone', async (kind) => {
    const content = BROKEN[kind] ?? '';
    const file = clientFile(content);
    const code = expect.stringMatching(/^client_file_(malformed|not_editable)$/);
    await expect(install(name, file)).rejects.toMatchObject({ code, kind: 'configuration' });
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(readdirSync(dirname(file))).toEqual(['config']);
  });

  test('that is not UTF-8 is refused and left alone', async () => {
    const file = clientFile('');
    writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]));
    await expect(install(name, file)).rejects.toMatchObject({ code: 'client_file_malformed' });
    expect([...readFileSync(file)]).toEqual([0x7b, 0xff, 0x7d]);
  });

  test('that is read-only is refused and left alone', async () => {
    const before = withOthers(name);
    const file = clientFile(before);
    chmodSync(file, 0o440);
    await expect(install(name, file)).rejects.toMatchObject({ code: 'client_file_read_only' });
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(dirname(file))).toEqual(['config']);
  });

  test('behind a link is changed where it lies, and the link stays', async () => {
    const file = clientFile(withOthers(name));
    const link = join(dirname(file), 'link');
    symlinkSync(file, link);
    await install(name, link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(Object.keys(serversIn(clientOf(name), file))).toEqual(['other', 'testio-mcp']);
  });

  test('without the server stays as it is when the server is taken out', async () => {
    const file = clientFile(withOthers(name));
    expect(await install(name, file, null)).toBeNull();
    expect(existsSync(`${file}.before-testio-mcp`)).toBe(false);
  });
});

test('a folder in the place of the file is refused by name', async () => {
  const folder = temporaryHome();
  await expect(install('cursor', folder)).rejects.toMatchObject({
    code: 'client_file_unreadable',
    message: expect.stringContaining(folder),
  });
});

test('servers of Codex that stand in one line cannot be added to without rewriting them', async () => {
  const file = clientFile('mcp_servers = { other = { command = "npx" } }\n');
  await expect(install('codex', file)).rejects.toMatchObject({ code: 'client_file_not_editable' });
  expect(readFileSync(file, 'utf8')).toBe('mcp_servers = { other = { command = "npx" } }\n');
});

test('VS Code asks for the secret as long as an entry refers to it', async () => {
  const vscode = clientOf('vscode');
  const entry = vscode.httpEntry?.({ url: 'https://testio.example.com/mcp', asksForSecret: true }) ?? null;
  const file = clientFile('{"inputs": [{"id": "mine"}]}');
  await install('vscode', file, entry);
  await install('vscode', file, entry);
  const ids = () => (parsed('vscode', readFileSync(file, 'utf8')).inputs as { id: string }[]).map(({ id }) => id);
  expect(ids()).toEqual(['mine', 'testio-http-token']);
  await install('vscode', file, null);
  expect(ids()).toEqual(['mine']);
});
