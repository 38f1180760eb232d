import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../src/open-store.ts';
import { count, tempFolder, tempStore } from './temp-store.ts';

async function refusal(file: string): Promise<TestioError> {
  try {
    const store = await openStore({ file });
    await store.close();
  } catch (thrown) {
    if (thrown instanceof TestioError) return thrown;
    throw thrown;
  }
  throw new Error('the store was opened');
}

/** A store that was made and closed; answers with its path. */
async function closedStore(): Promise<string> {
  const file = join(tempFolder(), 'store.db');
  await (await openStore({ file })).close();
  return file;
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test.each([0o000, 0o022, 0o777])(
  'folders and files are for the owner alone, whatever the umask (%o)',
  async (umask) => {
    const folder = tempFolder();
    const before = process.umask(umask);
    onTestFinished(() => void process.umask(before));
    const file = join(folder, 'home', 'stores', 'customer.db');
    const store = await tempStore({ file });
    await count(store, 'products');
    await store.write(({ db }) => db.updateTable('account').set({ api_base_url: 'https://api.example' }).execute());
    expect(readdirSync(join(folder, 'home', 'stores')).sort()).toEqual([
      'customer.db',
      'customer.db-shm',
      'customer.db-wal',
    ]);
    for (const name of ['', '-wal', '-shm']) expect(modeOf(`${file}${name}`)).toBe('600');
    expect([modeOf(join(folder, 'home')), modeOf(join(folder, 'home', 'stores'))]).toEqual(['700', '700']);
  },
);

test('folders that exist keep their mode', async () => {
  const folder = join(tempFolder(), 'shared');
  mkdirSync(folder, { mode: 0o755 });
  await tempStore({ file: join(folder, 'store.db') });
  expect(modeOf(folder)).toBe('755');
});

test('a folder that nobody can make is an error, not a wait without end', async () => {
  await expect(openStore({ file: '/proc/testio-mcp/stores/default.db' })).rejects.toMatchObject({
    kind: 'storage',
    message: expect.stringContaining('/proc/testio-mcp/stores/default.db'),
    facts: { next: expect.stringContaining('folder') },
  });
});

test('a store in use is opened with one statement', async () => {
  const file = await closedStore();
  const statements: string[] = [];
  const store = await openStore({ file, onStatement: (sql) => statements.push(sql) });
  expect(statements).toEqual(['select name from mikro_orm_migrations order by id']);
  await store.close();
});

test('a store made by a newer program is refused by name and left as it is', async () => {
  const file = await closedStore();
  const future = new Database(file);
  future.exec("insert into mikro_orm_migrations (name) values ('002_from_the_future')");
  future.close();
  const before = readFileSync(file);
  const error = await refusal(file);
  expect(error).toMatchObject({ kind: 'storage', code: 'store_newer_than_program' });
  expect(error.message).toContain('002_from_the_future');
  expect(error.facts.next).toContain('npm install --global testio-mcp@latest');
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(join(file, '..'))).toEqual(['store.db']);
});

test.each([
  ['text', 'my notes\n'.repeat(1000)],
  ['a few bytes', 'hi'],
  ['almost the header', 'SQLite format 3'],
  ['the header and then nothing', `SQLite format 3\0`],
  ['the header and then rubbish', `SQLite format 3\0${'rubbish '.repeat(2000)}`],
])('a file of %s is no store and is left as it is', async (_what, content) => {
  const folder = tempFolder();
  const file = join(folder, 'store.db');
  writeFileSync(file, content);
  const error = await refusal(file);
  expect(error).toMatchObject({ kind: 'storage', code: 'store_not_a_database' });
  expect(error.facts.next).toBeDefined();
  expect(readFileSync(file, 'latin1')).toBe(content);
  expect(readdirSync(folder)).toEqual(['store.db']);
});

test('the database of another program is left as it is', async () => {
  const folder = tempFolder();
  const file = join(folder, 'places.db');
  const other = new Database(file);
  other.exec('create table places (id integer primary key, url text)');
  other.close();
  const before = readFileSync(file);
  expect(await refusal(file)).toMatchObject({ kind: 'storage', code: 'store_not_a_database' });
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(folder)).toEqual(['places.db']);
});

test('an empty file becomes a store', async () => {
  const file = join(tempFolder(), 'store.db');
  writeFileSync(file, '');
  const store = await tempStore({ file });
  expect(await count(store, 'account')).toBe(1);
});

test('a folder or a path through a file cannot be a store', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), 'x');
  expect(await refusal(folder)).toMatchObject({ kind: 'storage', code: 'store_not_a_database' });
  const error = await refusal(join(folder, 'file', 'store.db'));
  expect(error).toMatchObject({ kind: 'storage', code: 'store_unreadable' });
  expect(error.facts.next).toBeDefined();
});

test('a store cut short is damaged', async () => {
  const file = await closedStore();
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length / 2));
  const error = await refusal(file);
  expect(error).toMatchObject({ kind: 'storage', code: 'store_corrupt' });
  expect(error.facts.next).toContain('sync again');
});

test('damage inside the file shows as damage when it is met', async () => {
  const file = await closedStore();
  const bytes = readFileSync(file);
  const database = new Database(file, { readonly: true });
  const { rootpage } = database.prepare("select rootpage from sqlite_schema where name = 'bugs'").get() as {
    rootpage: number;
  };
  const pageSize = database.pragma('page_size', { simple: true }) as number;
  database.close();
  bytes.fill(0xa5, (rootpage - 1) * pageSize, rootpage * pageSize);
  writeFileSync(file, bytes);
  const store = await tempStore({ file });
  expect(await count(store, 'products')).toBe(0);
  const reading = store.read(({ db }) => db.selectFrom('bugs').selectAll().execute());
  await expect(reading).rejects.toMatchObject({ kind: 'storage', code: 'store_corrupt' });
});

test('one process may open a new file several times at once', async () => {
  const file = join(tempFolder(), 'store.db');
  const stores = await Promise.all([1, 2, 3].map(() => tempStore({ file })));
  const ids = stores.map((store, index) =>
    store.write(({ db, now }) =>
      db
        .insertInto('people')
        .values({ id: index, kind: 'tester', name: `t${index}`, first_seen_at: now })
        .execute(),
    ),
  );
  await Promise.all(ids);
  expect(await Promise.all(stores.map((store) => count(store, 'people')))).toEqual([3, 3, 3]);
});

test('two stores of one process never mix', async () => {
  const [a, b] = [await tempStore(), await tempStore()];
  await a.write(async ({ db }) => {
    await db.updateTable('account').set({ api_base_url: 'https://a.example' }).execute();
    const other = await b.read((scope) => scope.db.selectFrom('account').select('api_base_url').executeTakeFirst());
    expect(other).toEqual({ api_base_url: null });
  });
});

test('the size on disk counts the file and what waits beside it', async () => {
  const store = await tempStore();
  await store.write(({ db }) => db.updateTable('account').set({ api_base_url: 'https://api.example' }).execute());
  expect(await store.sizeBytes()).toBe(statSync(store.file).size + statSync(`${store.file}-wal`).size);
  expect(statSync(`${store.file}-wal`).size).toBeGreaterThan(0);
});
