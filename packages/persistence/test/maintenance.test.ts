import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  acquireLease,
  backupStore,
  checkStore,
  compactStore,
  inspectStore,
  migrateDown,
  migrateUp,
  openStore,
  releaseLease,
  removeStore,
} from '../src/index.ts';
import { migrations } from '../src/migrations/list.ts';
import { fillStore } from './full-store.ts';
import { count, tempFolder, tempStore } from './temp-store.ts';

const NAMES = migrations.map(({ name }) => name);
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const numberOf = (name = '') => name.slice(0, 3);

/** A store with something in every table, closed. */
async function filledStore(): Promise<string> {
  const file = join(tempFolder(), 'acme.db');
  const store = await openStore({ file });
  await fillStore(store);
  await store.close();
  return file;
}

/** Somebody else's connection, for as long as the test runs. */
function database(file: string): Database.Database {
  const opened = new Database(file);
  onTestFinished(() => void opened.close());
  return opened;
}

/** Reads a store as one who comes in just now; tells what kept him out. */
function enter(file: string): unknown {
  try {
    const opened = new Database(file, { fileMustExist: true, timeout: 0 });
    try {
      return opened.prepare('select count(*) from account').pluck().get();
    } finally {
      opened.close();
    }
  } catch (thrown) {
    return (thrown as { code?: unknown }).code;
  }
}

async function bugsIn(file: string): Promise<number> {
  const store = await openStore({ file });
  const bugs = await count(store, 'bugs');
  await store.close();
  return bugs;
}

describe('a backup', () => {
  test('is taken while the store is in use, private, and holds what was committed', async () => {
    const store = await tempStore();
    await fillStore(store);
    const target = join(tempFolder(), 'copy.db');
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    await store.write(async ({ db }) => {
      await db.updateTable('products').set({ title: 'not committed yet' }).execute();
      expect(await backupStore(store.file, target)).toBe(statSync(target).size);
    });
    expect(modeOf(target)).toBe('600');
    expect(database(target).prepare('select title from products').pluck().all()).not.toContain('not committed yet');
    expect(await bugsIn(target)).toBe(await count(store, 'bugs'));
  });

  test('replaces a file only when it is told to, and never the store', async () => {
    const file = await filledStore();
    const target = join(dirname(file), 'copy.db');
    writeFileSync(target, 'precious');
    await expect(backupStore(file, target)).rejects.toMatchObject({ kind: 'validation', code: 'file_exists' });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    await backupStore(file, target, { overwrite: true });
    expect(await bugsIn(target)).toBe(1);
    await expect(backupStore(file, file, { overwrite: true })).rejects.toMatchObject({ code: 'file_exists' });
    expect(await bugsIn(file)).toBe(1);
  });

  test('leaves nothing behind where it cannot be written', async () => {
    const file = await filledStore();
    const target = join(dirname(file), 'nowhere', 'copy.db');
    await expect(backupStore(file, target)).rejects.toMatchObject({ kind: 'storage', code: 'backup_not_written' });
    expect(readdirSync(dirname(file))).toEqual(['acme.db']);
  });
});

describe('a check', () => {
  const failed = async (file: string) =>
    (await checkStore(file)).filter(({ ok }) => ok === false).map(({ check, findings }) => [check, ...findings]);

  test('finds nothing in a sound store, and changes nothing', async () => {
    const file = await filledStore();
    const before = readFileSync(file);
    const results = await checkStore(file);
    expect(results.map(({ check, ok }) => [check, ok])).toEqual([
      ['pages', true],
      ['references', true],
      ['search_counts', true],
      ['search_words', true],
      ['counted_bugs', true],
      ['orphans', true],
    ]);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('finds rows that refer to missing ones', async () => {
    const file = await filledStore();
    const other = database(file);
    other.pragma('foreign_keys = off');
    other.exec('delete from test_environments; update bugs set author_id = 12345');
    expect(await failed(file)).toEqual([
      [
        'references',
        '1 rows of bugs refer to missing rows of people',
        '1 rows of tests refer to missing rows of test_environments',
      ],
    ]);
  });

  test('finds what search misses, what it finds although it is gone, and words that differ', async () => {
    const file = await filledStore();
    const other = database(file);
    other.exec("delete from search_documents where kind = 'product'");
    other.exec("update search_documents set entity_id = 987 where kind = 'test'");
    other.exec("insert into search_fts (rowid, scope, title, body) values (5, 'bug', 'stray', 'stray')");
    const found = await failed(file);
    expect(found.map(([check]) => check)).toEqual(['search_counts', 'search_words', 'orphans']);
    expect(found[0]).toContainEqual('product: 1 live, search knows 0');
    expect(found[2]).toEqual(['orphans', '1 documents of search are of a test that is gone']);
  });

  test('finds bugs that are counted otherwise than they are, and bugs that are not there', async () => {
    const file = await filledStore();
    const other = database(file);
    other.exec(
      'update counted_bugs set severity = 3 - severity; insert into counted_bugs select test_id, 987, status, severity, known, author_id, feature_id, device_set_id, reported_at, status_changed_at, rejection_reason from counted_bugs',
    );
    expect(await failed(file)).toEqual([['counted_bugs', '2 bugs are counted otherwise than they are']]);
  });

  test('finds damaged pages, also in a quick look', async () => {
    const file = await filledStore();
    const other = new Database(file, { readonly: true });
    const page = other
      .prepare("select rootpage from sqlite_schema where name = 'bug_comments'")
      .pluck()
      .get() as number;
    const size = other.pragma('page_size', { simple: true }) as number;
    other.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, (page - 1) * size, page * size);
    writeFileSync(file, bytes);
    for (const quick of [false, true]) {
      const [pages] = await checkStore(file, { quick });
      expect(pages).toMatchObject({ check: 'pages', ok: false, findings: [expect.any(String)] });
    }
  });

  test('says what it could not look at in a store of an older schema', async () => {
    const file = await filledStore();
    await migrateDown(file, '001');
    const results = await checkStore(file);
    expect(results.filter(({ ok }) => ok === null).map(({ check }) => check)).toEqual([
      'search_counts',
      'search_words',
      'counted_bugs',
      'orphans',
    ]);
  });
});

test('compacting gives space back, while others read, and not while somebody syncs', async () => {
  const store = await tempStore();
  await fillStore(store);
  await store.write(async ({ db }) => {
    const [bug] = await db.selectFrom('bugs').select('id').execute();
    await db
      .updateTable('bugs')
      .set({ raw_json: 'x'.repeat(3_000_000) })
      .where('id', '=', bug?.id ?? 0)
      .execute();
  });
  await store.write(({ db }) => db.updateTable('bugs').set({ raw_json: '{}' }).execute());
  const lease = await store.write((scope) => acquireLease(scope, 'a sync'));
  await expect(compactStore(store.file, 'compact')).rejects.toMatchObject({ kind: 'busy', code: 'sync_in_progress' });
  await store.write((scope) => releaseLease(scope, lease!));
  const { before, after } = await compactStore(store.file, 'compact');
  expect(before - after).toBeGreaterThan(2_900_000);
  expect(await store.sizeBytes()).toBeLessThan(before - 2_900_000);
  expect(await count(store, 'bugs')).toBe(1);
  expect((await inspectStore(store.file)).lease).toEqual({ holder: null, lapsed: null });
});

describe('removing', () => {
  const backupOf = (file: string) => `${file}.before-reset.bak`;

  test('keeps a private copy and takes the files of this store alone', async () => {
    const file = await filledStore();
    writeFileSync(join(dirname(file), 'other.db'), 'of another customer');
    expect(await removeStore(file, backupOf(file))).toEqual({ backup: backupOf(file), removed: [file] });
    expect(readdirSync(dirname(file)).sort()).toEqual(['acme.db.before-reset.bak', 'other.db']);
    expect(modeOf(backupOf(file))).toBe('600');
    expect(await bugsIn(backupOf(file))).toBe(1);
  });

  test('is refused while somebody syncs or has the store open, and everything stays', async () => {
    const file = await filledStore();
    const store = await openStore({ file });
    onTestFinished(() => store.close());
    const lease = await store.write((scope) => acquireLease(scope, 'a sync'));
    await expect(removeStore(file, backupOf(file))).rejects.toMatchObject({ code: 'sync_in_progress' });
    await store.write((scope) => releaseLease(scope, lease!));
    await expect(removeStore(file, backupOf(file))).rejects.toMatchObject({ kind: 'busy', code: 'store_in_use' });
    expect(existsSync(backupOf(file))).toBe(false);
    expect(await count(store, 'bugs')).toBe(1);
    await store.write(({ db }) => db.updateTable('account').set({ api_base_url: 'https://api.example' }).execute());
  });

  test('takes an empty store and a damaged one, but no file of somebody else', async () => {
    const empty = join(tempFolder(), 'acme.db');
    await (await openStore({ file: empty })).close();
    expect(await removeStore(empty, backupOf(empty))).toEqual({ backup: null, removed: [empty] });
    const damaged = await filledStore();
    const whole = readFileSync(damaged);
    writeFileSync(damaged, whole.subarray(0, whole.length / 2));
    expect(await removeStore(damaged, backupOf(damaged))).toMatchObject({ backup: backupOf(damaged) });
    expect(existsSync(damaged)).toBe(false);
    expect(statSync(backupOf(damaged)).size).toBe(Math.floor(whole.length / 2));
    expect(modeOf(backupOf(damaged))).toBe('600');
    const diary = join(tempFolder(), 'acme.db');
    writeFileSync(diary, 'Dear diary');
    await expect(removeStore(diary, backupOf(diary))).rejects.toMatchObject({ code: 'store_not_a_database' });
    expect(readFileSync(diary, 'utf8')).toBe('Dear diary');
  });

  test('lets nobody in between the copy and the end of the file', async () => {
    const file = await filledStore();
    let isOver = false;
    const entered: unknown[] = [];
    const knocking = (async () => {
      for (; !isOver; await setImmediate()) if (existsSync(backupOf(file))) entered.push(enter(file));
    })();
    await removeStore(file, backupOf(file)).finally(() => {
      isOver = true;
    });
    await knocking;
    expect(entered.length).toBeGreaterThan(0);
    expect(entered.filter((code) => code !== 'SQLITE_BUSY' && code !== 'SQLITE_CANTOPEN')).toEqual([]);
  });

  test('leaves one who had opened the file, and waits, nothing to write into', async () => {
    const file = await filledStore();
    const waiting = database(file);
    await removeStore(file, backupOf(file));
    expect(() => waiting.exec('update account set change_number = 9')).toThrow(
      expect.objectContaining({ code: 'SQLITE_READONLY_DBMOVED' }),
    );
    expect(readdirSync(dirname(file))).toEqual([`${basename(file)}.before-reset.bak`]);
  });

  test('gives one who opens the store meanwhile a new one', async () => {
    const file = await filledStore();
    const remover = database(file);
    remover.pragma('locking_mode = exclusive');
    remover.exec('begin exclusive');
    const opening = openStore({ file });
    for (const suffix of ['-shm', '-wal', '']) rmSync(file + suffix, { force: true });
    remover.close();
    const store = await opening;
    onTestFinished(() => store.close());
    expect(await count(store, 'bugs')).toBe(0);
    expect(existsSync(file)).toBe(true);
  });

  test('of a damaged store is refused while somebody has it open, and keeps its log, too', async () => {
    const file = await filledStore();
    const other = database(file);
    other.pragma('journal_mode = wal');
    other.exec('update account set change_number = 9');
    const log = readFileSync(`${file}-wal`);
    truncateSync(file, statSync(file).size / 2);
    await expect(removeStore(file, backupOf(file))).rejects.toMatchObject({ code: 'store_in_use' });
    expect(existsSync(file)).toBe(true);
    expect(existsSync(backupOf(file))).toBe(false);
    const left = join(tempFolder(), 'acme.db');
    copyFileSync(file, left);
    writeFileSync(`${left}-wal`, log);
    expect(await removeStore(left, backupOf(left))).toEqual({ backup: backupOf(left), removed: [left] });
    expect(readFileSync(`${backupOf(left)}-wal`)).toEqual(log);
    expect(modeOf(`${backupOf(left)}-wal`)).toBe('600');
    expect(readdirSync(dirname(left))).toEqual(['acme.db.before-reset.bak', 'acme.db.before-reset.bak-wal']);
  });

  test('of a store whose copy cannot be kept is refused', async () => {
    const file = await filledStore();
    writeFileSync(backupOf(file), 'an earlier one');
    await expect(removeStore(file, backupOf(file))).rejects.toMatchObject({ code: 'file_exists' });
    expect(readFileSync(backupOf(file), 'utf8')).toBe('an earlier one');
    expect(await bugsIn(file)).toBe(1);
  });
});

describe('migrations by hand', () => {
  test('go down step by step and to a name, a number or nothing, with a copy, and up again with all that was there', async () => {
    const file = await filledStore();
    expect(await migrateDown(file)).toEqual({
      ran: NAMES.slice(-1),
      backup: `${file}.before-down-to-${numberOf(NAMES.at(-2))}.bak`,
    });
    expect((await migrateDown(file, NAMES[0])).ran).toEqual(NAMES.slice(1, -1).toReversed());
    expect(await migrateDown(file, '1')).toEqual({ ran: [], backup: null });
    const { migrations: state, rows } = await inspectStore(file);
    expect(state).toEqual({ applied: NAMES.slice(0, 1), pending: NAMES.slice(1), unknown: [] });
    expect(rows).toMatchObject({ bugs: 1, bug_comments: 1, tests: 1, executions: 1 });
    const up = await migrateUp(file);
    expect(up).toEqual({ ran: NAMES.slice(1), backup: `${file}.before-${numberOf(NAMES[1])}.bak` });
    expect(await migrateUp(file)).toEqual({ ran: [], backup: null });
    expect((await checkStore(file)).every(({ ok }) => ok)).toBe(true);
    expect((await migrateDown(file, '0')).ran).toEqual(NAMES.toReversed());
    expect(await bugsIn(`${file}.before-down-to-000.bak`)).toBe(1);
  });

  test('do not go below pseudonyms once a store has a secret for them, and leave everything as it was', async () => {
    const file = await filledStore();
    await (await openStore({ file, pseudonymise: true })).close();
    const naming = () => {
      const opened = new Database(file, { readonly: true });
      const [row] = opened.prepare('select pseudonym_salt, pseudonymised from account').all();
      opened.close();
      return row;
    };
    const before = naming();
    expect(before).toMatchObject({ pseudonymised: 1, pseudonym_salt: expect.any(String) });
    for (const to of ['004', '0']) {
      await expect(migrateDown(file, to)).rejects.toMatchObject({ kind: 'storage', code: 'store_has_pseudonyms' });
    }
    expect(naming()).toEqual(before);
    expect((await inspectStore(file)).migrations.pending).toEqual([]);
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.bak'))).toEqual([]);
  });

  test('are refused while the store is open elsewhere, for an unknown step, and for a store of a newer program', async () => {
    const file = await filledStore();
    const other = database(file);
    other.prepare('select count(*) from bugs').get();
    await expect(migrateDown(file)).rejects.toMatchObject({ code: 'store_in_use' });
    await expect(migrateDown(file, '998')).rejects.toMatchObject({
      kind: 'validation',
      code: 'unknown_migration',
      facts: { accepted: ['0', ...NAMES] },
    });
    other.exec("insert into mikro_orm_migrations (name) values ('999_from_the_future')");
    await expect(migrateDown(file)).rejects.toMatchObject({ code: 'store_newer_than_program' });
    expect((await inspectStore(file)).migrations).toEqual({
      applied: [...NAMES, '999_from_the_future'],
      pending: [],
      unknown: ['999_from_the_future'],
    });
  });
});

test('looking at a store tells what is there and creates nothing', async () => {
  const missing = join(tempFolder(), 'acme.db');
  for (const look of [inspectStore(missing), checkStore(missing), migrateUp(missing), backupStore(missing, 'x.db')]) {
    await expect(look).rejects.toMatchObject({ kind: 'storage', code: 'store_missing' });
  }
  expect(existsSync(missing)).toBe(false);

  const file = await filledStore();
  await backupStore(file, `${file}.monday.bak`);
  const store = await openStore({ file });
  await store.write((scope) => acquireLease(scope, 'a sync', { ttlMs: 60_000 }));
  await store.close();
  const facts = await inspectStore(file);
  expect(facts).toMatchObject({
    file,
    sizeBytes: statSync(file).size,
    apiBaseUrl: 'https://api.example/customer/v2',
    migrations: { applied: NAMES, pending: [], unknown: [] },
    rows: { products: 1, bugs: 1, people: expect.any(Number) },
    lease: { holder: { owner: 'a sync' }, lapsed: null },
    backups: [{ file: `${file}.monday.bak`, sizeBytes: statSync(`${file}.monday.bak`).size }],
  });
  expect(facts.sqliteVersion).toMatch(/^3\.\d+\.\d+$/);
  expect(Object.keys(facts.rows)).not.toContain('search_fts');
});

test('a lease that nobody gave back is told apart from one that is held', async () => {
  const store = await tempStore();
  await store.write((scope) =>
    acquireLease(scope, 'a sync that was killed', { ttlMs: 1, clock: { now: () => 1_000 } }),
  );
  const { lease } = await inspectStore(store.file);
  expect(lease).toMatchObject({ holder: null, lapsed: { owner: 'a sync that was killed', heartbeatAt: 1_000 } });
});
