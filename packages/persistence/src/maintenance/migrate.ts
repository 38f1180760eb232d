import { TestioError } from '@testio-mcp/domain';
import { migrations } from '../migrations/list.ts';
import { unknownMigrations } from '../migrations/run.ts';
import { type MigratedEvent, openStore } from '../open-store.ts';
import { recordedMigrations } from '../sqlite/head.ts';
import { storeNewerThanProgram } from '../sqlite/trouble.ts';
import { takeAlone } from './alone.ts';
import { holdsData } from './before-migration.ts';
import { copyStore } from './copy.ts';
import { onStoreFile, type StoreFile } from './store-file.ts';

/**
 * Brings a store to the schema of this program, as its next use would.
 *
 * @returns what ran, and where the copy from before lies; nothing ran when the store was up to date
 * @throws TestioError `store_missing`; what openStore throws
 */
export async function migrateUp(path: string): Promise<MigratedEvent> {
  await onStoreFile(path, async () => undefined);
  let event: MigratedEvent = { ran: [], backup: null };
  const store = await openStore({
    file: path,
    onMigrated: (migrated) => {
      event = migrated;
    },
  });
  await store.close();
  return event;
}

/**
 * Takes migrations back, for an older program: keeps a copy first, and takes the whole file, so that no other process meets a
 * schema that it does not expect.
 *
 * @param to name or number of the migration that shall be the last one, 0 for none; one step back when absent
 * @returns the names of what was taken back, newest first; none when the store is there already
 * @throws TestioError `unknown_migration`, `store_newer_than_program`, `sync_in_progress`, `store_in_use`, `store_has_pseudonyms`,
 * `store_has_forgotten`, `backup_not_written`
 */
export async function migrateDown(path: string, to?: string): Promise<MigratedEvent> {
  return onStoreFile(path, async (store) => {
    const { file, connection } = store;
    const recorded = recordedMigrations(connection, file);
    const unknown = unknownMigrations(recorded);
    if (unknown.length > 0) throw storeNewerThanProgram(file, unknown);
    const left = leftAfter(recorded, to);
    if (left >= recorded.length) return { ran: [], backup: null };
    await takeAlone(store);
    requireUnbound(store, recorded.slice(left));
    const target = `${file}.before-down-to-${numberOf(recorded[left - 1])}.bak`;
    const backup = holdsData(connection) ? target : null;
    if (backup !== null) await copyStore(connection, backup, { overwrite: true });
    const { createOrm } = await import('../orm.ts');
    const orm = await createOrm(connection, file);
    // It connects now, and turns foreign keys on by that.
    await orm.migrator.getExecuted();
    // SQLite ignores this inside a transaction, and rebuilding a table would delete what refers to it.
    connection.execute('pragma foreign_keys = off');
    const undone = await orm.migrator.down({ to: recorded[left - 1] ?? 0 });
    return { ran: undone.map(({ name }) => name), backup };
  });
}

/** A migration that is not taken back while a store makes use of it: an older program could not keep what was promised. */
interface Binding {
  readonly migration: string;
  /** Gives a row while it is made use of. */
  readonly use: string;
  readonly code: string;
  /** What the store does, and what taking the migration back would do. */
  readonly keeps: string;
  readonly would: string;
}

/** In the order in which they are told. */
const BINDINGS: readonly Binding[] = [
  {
    migration: '006_retention',
    use: 'select 1 from test_freshness where forgotten_at is not null limit 1',
    code: 'store_has_forgotten',
    keeps: 'keeps no more than a head of some tests (TESTIO_RETENTION_DAYS)',
    would: 'make them look whole, and an older version would read the rest again',
  },
  {
    // Without its secret a store would give a tester a second pseudonym later.
    migration: '005_pseudonyms',
    use: 'select 1 from account where pseudonym_salt is not null',
    code: 'store_has_pseudonyms',
    keeps: 'keeps or kept testers under pseudonyms',
    would: 'lose what they are made with, and an older version would write names',
  },
];

function requireUnbound({ file, connection }: StoreFile, undone: readonly string[]): void {
  const bound = BINDINGS.find(({ migration, use }) => undone.includes(migration) && connection.rows(use).length > 0);
  if (bound === undefined) return;
  throw new TestioError({
    kind: 'storage',
    code: bound.code,
    message: `The store ${file} ${bound.keeps}. Taking ${bound.migration} back would ${bound.would}. It was left as it is.`,
    next: 'Have the older version fill another store (TESTIO_DB_PATH), or remove this one with `testio-mcp store reset`: everything in it comes from the API.',
  });
}

/** How many of the recorded migrations stay. */
function leftAfter(recorded: readonly string[], to: string | undefined): number {
  if (to === undefined) return Math.max(recorded.length - 1, 0);
  if (/^0+$/.test(to)) return 0;
  const at = migrations.findIndex(({ name }) => name === to || numberOf(name) === to.padStart(3, '0'));
  if (at >= 0) return at + 1;
  throw new TestioError({
    kind: 'validation',
    code: 'unknown_migration',
    message: `There is no migration ${to}.`,
    next: 'Name one that `testio-mcp store migrate status` lists, by its name or its number, or 0 for none.',
    field: 'to',
    received: to,
    accepted: ['0', ...migrations.map(({ name }) => name)],
  });
}

/** The number at the start of a migration's name; 000 stands for none. */
function numberOf(name: string | undefined): string {
  return name?.split('_')[0] ?? '000';
}
