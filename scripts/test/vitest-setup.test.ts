import { tmpdir } from 'node:os';
import process from 'node:process';
import { expect, test } from 'vitest';
import { prepareEnvironment, temporaryFolder } from '../vitest-setup.ts';

test('settings of the product on this machine reach no test', () => {
  const env = {
    TESTIO_CUSTOMER_API_TOKEN: 'real-token',
    TESTIO_HOME: '/somewhere',
    PLAYBOOK_REJECTION_WARNING: '0.5',
    DISABLED_TOOLS: 'list_tests',
    LOG_LEVEL: 'debug',
    HTTPS_PROXY: 'proxy',
    no_proxy: 'localhost',
    PATH: '/bin',
    NODE_OPTIONS: '--no-warnings',
  };
  prepareEnvironment(env);
  expect(env).toEqual({ PATH: '/bin', NODE_OPTIONS: '--no-warnings --conditions=@testio-mcp/source' });
});

test('the condition for sources is not added twice', () => {
  const env = { NODE_OPTIONS: '--conditions=@testio-mcp/source' };
  prepareEnvironment(env);
  expect(env.NODE_OPTIONS).toBe('--conditions=@testio-mcp/source');
});

test('this run was prepared so', () => {
  expect(process.env.NODE_OPTIONS).toContain('--conditions=@testio-mcp/source');
});

test('a deprecated call is an error in tests', () => {
  expect(process.throwDeprecation).toBe(true);
});

test.each(['integration', 'black-box', 'pages'])('the files of tests in %s are on a disk', (kind) => {
  expect(temporaryFolder(`packages/x/test/${kind}/a.test.ts`, undefined, tmpdir())).toBeUndefined();
  expect(temporaryFolder(`packages\\x\\test\\${kind}\\a.test.ts`, 'chosen', tmpdir())).toBe('chosen');
});

test('those of quick tests are in memory where a machine has such a folder, else where the machine says', () => {
  const quick = 'packages/x/test/a.test.ts';
  expect(temporaryFolder(quick, 'chosen', tmpdir())).toBe(tmpdir());
  expect(temporaryFolder(quick, 'chosen', 'no/such/folder')).toBe('chosen');
  expect(process.env.TMPDIR).toBe(temporaryFolder(quick, process.env.TMPDIR));
});
