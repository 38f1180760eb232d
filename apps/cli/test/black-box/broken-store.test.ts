import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { storeFile } from './inspect-store.ts';
import { run, SLOW, temporaryHome } from './testio-mcp.ts';

const TOKEN = { TESTIO_CUSTOMER_API_TOKEN: 'any-token-will-do', TESTIO_CUSTOMER_API_BASE_URL: 'http://127.0.0.1:9' };

test('a file that is no database is left as it is', SLOW, async () => {
  const home = temporaryHome();
  const file = storeFile(home);
  mkdirSync(dirname(file));
  const content = 'Dear diary, this is not a database. '.repeat(100);
  writeFileSync(file, content);
  for (const command of [['sync'], ['call', 'list_products'], ['serve']]) {
    const { code, stdout, stderr } = await run(command, { ...TOKEN, TESTIO_HOME: home });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(file);
    expect(stderr).not.toMatch(/\n {4}at /);
  }
  const { stdout } = await run(['status', '--json'], { TESTIO_HOME: home });
  expect(JSON.parse(stdout).error).toMatchObject({ kind: 'storage', code: 'store_not_a_database' });
  expect(readFileSync(file, 'utf8')).toBe(content);
});

test('a store that is newer than the program is left as it is', async () => {
  const home = temporaryHome();
  expect((await run(['status'], { TESTIO_HOME: home })).code).toBe(0);
  const database = new DatabaseSync(storeFile(home));
  database.prepare('insert into mikro_orm_migrations (name) values (?)').run('999_from_the_future');
  database.close();
  const before = readFileSync(storeFile(home));
  const { code, stdout } = await run(['sync', '--json'], { ...TOKEN, TESTIO_HOME: home });
  expect(code).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({ kind: 'storage', code: 'store_newer_than_program' });
  expect(readFileSync(storeFile(home)).equals(before)).toBe(true);
});
