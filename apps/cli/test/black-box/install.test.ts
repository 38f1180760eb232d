import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CLIENT_NAMES } from '../../src/clients/clients.ts';
import { BIN, run, SLOW, temporaryHome } from './testio-mcp.ts';

/** A user whose clients and whose configuration lie in this folder. */
function user(folder = temporaryHome()) {
  const env = {
    HOME: folder,
    USERPROFILE: folder,
    XDG_CONFIG_HOME: undefined,
    APPDATA: undefined,
    LOCALAPPDATA: undefined,
    CODEX_HOME: undefined,
    CLAUDE_CONFIG_DIR: undefined,
    NODE_EXTRA_CA_CERTS: undefined,
  };
  return { folder, env };
}

describe('install', () => {
  test('replaces the entry of an older product that has the same name, and says so', async () => {
    const { folder, env } = user();
    const file = join(folder, '.gemini', 'settings.json');
    mkdirSync(dirname(file));
    writeFileSync(file, '{"mcpServers": {"testio-mcp": {"command": "uvx", "args": ["testio-mcp"]}}}');
    const { code, stdout } = await run(['install', 'gemini'], env);
    expect(code).toBe(0);
    expect(stdout).toContain('instead of the one it had');
    expect(stdout).toContain(`${file}.before-testio-mcp`);
    expect(readFileSync(file, 'utf8')).not.toContain('uvx');
    expect(readFileSync(`${file}.before-testio-mcp`, 'utf8')).toContain('uvx');
  });

  test('keeps the link it was started by, which outlives an update, and warns of what npm may remove', async () => {
    const { folder, env } = user();
    const cache = join(folder, '_npx', 'abc');
    mkdirSync(cache, { recursive: true });
    const link = join(cache, 'testio-mcp');
    symlinkSync(BIN, link);
    const args = ['--', link, 'install', 'cursor', '--print', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } });
    const { entry, notes } = JSON.parse(stdout);
    expect(entry.args).toContain(link);
    expect(notes.join('\n')).toContain('This program runs from the cache of npx');
  });

  test(
    'writes absolute paths of Node and of the program, and says what to do next',
    async () => {
      const { folder, env } = user();
      const { code, stdout, stderr } = await run(['install', 'cursor'], env);
      expect(code).toBe(0);
      const file = join(folder, '.cursor', 'mcp.json');
      expect(stdout).toBe(`Cursor now has testio-mcp: written to ${file}.\n`);
      expect(stderr).toContain('testio-mcp setup');
      expect(stderr).toContain('Reload the window');
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
        mcpServers: {
          'testio-mcp': { command: process.execPath, args: [expect.stringMatching(/^--conditions=/), BIN, 'serve'] },
        },
      });

      const again = await run(['install', 'cursor', '--json'], env);
      expect(JSON.parse(again.stdout)).toMatchObject({
        client: 'cursor',
        server: 'testio-mcp',
        file,
        written: false,
        backup: null,
      });
      expect(existsSync(`${file}.before-testio-mcp`)).toBe(false);

      const removed = await run(['uninstall', 'cursor', '--json'], env);
      expect(JSON.parse(removed.stdout)).toEqual({
        client: 'cursor',
        server: 'testio-mcp',
        file,
        written: true,
        backup: `${file}.before-testio-mcp`,
      });
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ mcpServers: {} });
      expect((await run(['uninstall', 'cursor'], env)).stdout).toContain('nothing to remove');
    },
    SLOW.timeout,
  );

  test(
    'with --print shows the entry of every client and writes nothing',
    async () => {
      const { folder, env } = user();
      for (const client of CLIENT_NAMES) {
        const { code, stdout, stderr } = await run(['install', client, '--print'], env);
        expect(code).toBe(0);
        expect(stdout).toContain(BIN);
        expect(stderr).toContain(folder);
        const json = JSON.parse((await run(['install', client, '--print', '--json'], env)).stdout);
        expect(json).toMatchObject({
          client,
          server: 'testio-mcp',
          written: false,
          entry: { command: process.execPath },
        });
        expect(existsSync(json.file)).toBe(false);
      }
    },
    SLOW.timeout,
  );

  test(
    'hands on where the configuration is, which customer is meant, and whether it is the demo',
    async () => {
      const { folder, env } = user();
      const home = join(folder, 'state');
      const entry = async (...args: string[]) => {
        const { stdout } = await run(['install', 'gemini', '--print', '--json', ...args], {
          ...env,
          TESTIO_HOME: home,
        });
        const { server, entry: told } = JSON.parse(stdout);
        return { server, args: told.args.slice(told.args.indexOf(BIN) + 1), env: told.env };
      };
      const there = { env: { TESTIO_HOME: home } };
      expect(await entry()).toEqual({ server: 'testio-mcp', args: ['serve'], ...there });
      expect(await entry('--demo')).toEqual({ server: 'testio-mcp-demo', args: ['serve', '--demo'], ...there });
      expect(await entry('--name', 'bugs')).toEqual({ server: 'bugs', args: ['serve'], ...there });
      mkdirSync(join(home, 'customers'), { recursive: true });
      writeFileSync(join(home, 'customers', 'acme.env'), 'TESTIO_CUSTOMER_API_TOKEN=acmes-own-token\n');
      const acme = await entry('--customer', 'acme');
      expect(acme).toEqual({
        server: 'testio-mcp-acme',
        args: ['serve', '--customer', 'acme'],
        env: { TESTIO_HOME: home, TESTIO_SERVED_CUSTOMERS: 'acme' },
      });
      const file = join(folder, 'other.env');
      writeFileSync(file, '');
      expect(await entry('--env-file', file)).toMatchObject({ args: ['serve', '--env-file', file] });
    },
    SLOW.timeout,
  );

  test('is undone whatever became of the configuration', SLOW, async () => {
    const { folder, env } = user();
    const state = join(folder, '.testio-mcp');
    const profile = (name: string) => join(state, 'customers', `${name}.env`);
    const servers = () =>
      Object.keys(JSON.parse(readFileSync(join(folder, '.cursor', 'mcp.json'), 'utf8')).mcpServers).sort();
    mkdirSync(dirname(profile('acme')), { recursive: true });
    for (const name of ['acme', 'globex', 'initech']) {
      writeFileSync(profile(name), `TESTIO_CUSTOMER_API_TOKEN=the-token-of-${name}\n`);
      expect((await run(['install', 'cursor', '--customer', name], env)).code).toBe(0);
    }
    expect((await run(['install', 'cursor', '--name', 'mine', '--customer', 'acme'], env)).code).toBe(0);
    rmSync(profile('acme'));
    // Several are left, none is selected, and the common file has a mistake.
    writeFileSync(join(state, 'config.env'), 'HTTP_TIMEOUT_SECONDS=none\n');
    expect((await run(['uninstall', 'cursor', '--customer', 'acme'], env)).code).toBe(0);
    expect(servers()).toEqual(['mine', 'testio-mcp-globex', 'testio-mcp-initech']);
    expect((await run(['uninstall', 'cursor'], { ...env, TESTIO_CUSTOMER_NAME: 'globex' })).code).toBe(0);
    expect(servers()).toEqual(['mine', 'testio-mcp-initech']);
    expect((await run(['uninstall', 'cursor', '--name', 'mine'], env)).code).toBe(0);
    expect(servers()).toEqual(['testio-mcp-initech']);
    const plain = await run(['uninstall', 'cursor', '--json'], env);
    expect({ code: plain.code, ...JSON.parse(plain.stdout) }).toMatchObject({
      code: 0,
      server: 'testio-mcp',
      written: false,
    });
  });

  test(
    'never writes a secret, and names what the client will not see',
    async () => {
      const { env } = user();
      const secrets = {
        TESTIO_CUSTOMER_API_TOKEN: 'the-token-of-the-account',
        TESTIO_HTTP_TOKEN: 'the-secret-of-http',
      };
      for (const transport of ['stdio', 'http']) {
        for (const client of CLIENT_NAMES.filter((name) => transport === 'stdio' || name !== 'claude-desktop')) {
          const { code, stdout } = await run(['install', client, '--transport', transport, '--json'], {
            ...env,
            ...secrets,
          });
          expect(code).toBe(0);
          const { file, notes } = JSON.parse(stdout);
          const written = readFileSync(file, 'utf8');
          for (const secret of Object.values(secrets)) expect(written + stdout).not.toContain(secret);
          if (transport === 'stdio') expect(notes.join()).toContain('TESTIO_CUSTOMER_API_TOKEN');
          else expect(written).toContain('http://127.0.0.1:8080/mcp');
        }
      }
    },
    SLOW.timeout,
  );

  test(
    'into a malformed file is refused with exit code 2, and --print still helps',
    async () => {
      const { folder, env } = user();
      const file = join(folder, '.gemini', 'settings.json');
      mkdirSync(dirname(file));
      writeFileSync(file, '{"theme": ');
      const { code, stdout, stderr } = await run(['install', 'gemini'], env);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(file);
      expect(readFileSync(file, 'utf8')).toBe('{"theme": ');
      expect((await run(['install', 'gemini', '--print'], env)).code).toBe(0);
    },
    SLOW.timeout,
  );

  test.each([
    ['an unknown client', ['install', 'notepad'], 'claude-desktop, claude-code, cursor'],
    [
      'HTTP for a client that has no word for it',
      ['install', 'claude-desktop', '--transport', 'http'],
      'Over HTTP: Claude Code',
    ],
    ['an address that is none', ['install', 'cursor', '--url', 'ftp://x/'], 'http or https address'],
  ])('%s is refused with exit code 2', async (_, args, sentence) => {
    const { code, stderr } = await run(args, user().env);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
