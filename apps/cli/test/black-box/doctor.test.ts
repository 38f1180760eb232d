import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, run, SLOW, temporaryHome } from './testio-mcp.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
});
afterAll(() => sandbox.close());

/** A user whose home folder is empty but for what the test puts there. */
function user(): Record<string, string | undefined> {
  const home = temporaryHome();
  const none = { CLAUDE_CONFIG_DIR: '', CODEX_HOME: '', XDG_CONFIG_HOME: '', APPDATA: '', LOCALAPPDATA: '' };
  return {
    ...account(join(home, '.testio-mcp'), sandbox),
    ...none,
    HOME: home,
    USERPROFILE: home,
    TESTIO_HTTP_PORT: '0',
  };
}

const doctor = async (variables: Record<string, string | undefined>, ...flags: string[]) => {
  const { code, stdout, stderr } = await run(['doctor', '--json', ...flags], variables);
  const { level, findings } = JSON.parse(stdout) as { level: string; findings: { check: string; level: string }[] };
  return { code, level, stderr, wrong: findings.filter((each) => ['warning', 'failure'].includes(each.level)) };
};

test(
  'from an empty home to a filled store and a client: warnings end 3, failures 1, and then all is well',
  SLOW,
  async () => {
    const variables = user();
    const home = variables.TESTIO_HOME ?? '';
    const noToken = { ...variables, TESTIO_CUSTOMER_API_TOKEN: '' };
    expect(await doctor(noToken)).toMatchObject({
      code: 1,
      level: 'failure',
      wrong: [{ check: 'token' }, { check: 'sync' }],
    });
    expect(await doctor(variables)).toMatchObject({ code: 3, level: 'warning', wrong: [{ check: 'sync' }] });
    expect((await run(['sync', '--quiet'], variables)).code).toBe(3);
    expect((await run(['install', 'cursor', '--quiet'], variables)).code).toBe(0);
    expect(await doctor(variables)).toEqual({ code: 0, level: 'ok', stderr: '', wrong: [] });

    const text = await run(['doctor'], variables);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toContain('Cursor knows the server testio-mcp');
    expect(text.stdout).toMatch(/\nAll is well\.\n$/);

    chmodSync(home, 0o755);
    expect(await doctor(variables)).toMatchObject({ code: 3, wrong: [{ check: 'permissions' }] });
    expect(await doctor(variables, '--fix')).toMatchObject({ code: 0 });
    expect(statSync(home).mode & 0o777).toBe(0o700);
  },
);

test('clients that cannot start the server or whose file cannot be read are found', SLOW, async () => {
  const variables = user();
  expect((await run(['install', 'gemini', '--quiet'], variables)).code).toBe(0);
  const file = join(variables.HOME ?? '', '.gemini', 'settings.json');
  const gone = join(variables.HOME ?? '', 'gone', 'node');
  writeFileSync(file, JSON.stringify({ mcpServers: { 'testio-mcp': { command: gone, args: ['serve'] } } }));
  writeFileSync(join(variables.HOME ?? '', '.claude.json'), '{ "mcpServers": ');
  const { code, wrong } = await doctor(variables);
  expect(code).toBe(1);
  expect(wrong.filter(({ check }) => check === 'clients')).toEqual([
    expect.objectContaining({ level: 'warning', what: 'The file of Claude Code cannot be read.' }),
    expect.objectContaining({
      level: 'failure',
      why: expect.stringContaining(gone),
      remedy: 'testio-mcp install gemini',
    }),
  ]);
});

test('a configuration with mistakes is a finding, not an error', async () => {
  const { code, stderr, wrong } = await doctor({ ...user(), CACHE_TTL_SECONDS: 'soon' });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(wrong).toEqual([
    expect.objectContaining({ check: 'config', why: expect.stringContaining('CACHE_TTL_SECONDS') }),
  ]);
});
