import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { EpochMs } from '@testio-mcp/domain';
import { type LeaseHolder, readLapsedLease, readLeaseHolder } from '../lease.ts';
import { pendingMigrations, unknownMigrations } from '../migrations/run.ts';
import type { SyncRunStatus } from '../schema/words.ts';
import { retryWhileBusy } from '../sqlite/busy.ts';
import type { Connection } from '../sqlite/connection.ts';
import { bytesOnDisk } from '../sqlite/file.ts';
import { recordedMigrations } from '../sqlite/head.ts';
import { onStoreFile, tableNames } from './store-file.ts';

/** A copy of a store that lies beside it. */
export interface StoreBackup {
  readonly file: string;
  readonly sizeBytes: number;
  readonly writtenAt: EpochMs;
}

/** How syncs into a store went. */
export interface StoreSyncs {
  /** Null before the first one. */
  readonly last: {
    readonly status: SyncRunStatus;
    readonly startedAt: EpochMs;
    /** What it failed with, in a sentence. */
    readonly error: string | null;
  } | null;
  /** When one last ended that read all or nearly all. */
  readonly succeededAt: EpochMs | null;
  /** Things that cannot be read at present. */
  readonly openFailures: number;
}

/** What can be said of a store without reading what is in it. */
export interface StoreInspection {
  readonly file: string;
  /** The file and its write-ahead log. */
  readonly sizeBytes: number;
  /** Bytes that compacting would free at least. */
  readonly unusedBytes: number;
  readonly sqliteVersion: string;
  readonly migrations: {
    /** Names of those that ran, oldest first. */
    readonly applied: readonly string[];
    /** Of this program, not run yet. */
    readonly pending: readonly string[];
    /** Run by a newer program. */
    readonly unknown: readonly string[];
  };
  /** Rows of each table, deleted things included. */
  readonly rows: Readonly<Record<string, number>>;
  /** The API that the store was filled from; null before the first sync. */
  readonly apiBaseUrl: string | null;
  /** Whether testers are kept under pseudonyms. */
  readonly pseudonymised: boolean;
  readonly retention: {
    /** Days after their end for which tests are kept whole; null: without limit. */
    readonly days: number | null;
    /** Tests of which no more than the head is kept. */
    readonly forgottenTests: number;
  };
  /** Whether what was forgotten, or replaced by pseudonyms, may still stand in the free space of the file. */
  readonly hasTraces: boolean;
  readonly lease: {
    /** Who is syncing; null when nobody is. */
    readonly holder: LeaseHolder | null;
    /** Who died while syncing, if nobody has synced since. */
    readonly lapsed: LeaseHolder | null;
  };
  readonly syncs: StoreSyncs;
  readonly backups: readonly StoreBackup[];
}

/** Tables of SQLite, of the index and of the migrator. */
const NOT_OURS = /^(sqlite_|search_fts|mikro_orm_)/;

/**
 * Looks at a store as it is: neither creates nor migrates it.
 *
 * @throws TestioError `store_missing`, `store_not_a_database`, `store_corrupt`, `store_unreadable`, `store_busy`
 */
export async function inspectStore(path: string): Promise<StoreInspection> {
  return onStoreFile(path, async ({ file, connection, db }) => {
    const applied = await retryWhileBusy(() => recordedMigrations(connection, file));
    const tables = tableNames(connection);
    const has = (table: string): boolean => tables.includes(table);
    const pragma = (name: string): number => Number(Object.values(connection.rows(`pragma ${name}`)[0] ?? {})[0]);
    const rows = tables
      .filter((table) => !NOT_OURS.test(table))
      .map((table) => [table, Number(connection.rows(`select count(*) as n from "${table}"`)[0]?.n)] as const);
    const [account] = has('account') ? connection.rows('select * from account where id = 1') : [];
    const address = account?.api_base_url;
    return {
      file,
      sizeBytes: bytesOnDisk(file),
      unusedBytes: pragma('freelist_count') * pragma('page_size'),
      sqliteVersion: String(connection.rows('select sqlite_version() as version')[0]?.version),
      migrations: { applied, pending: pendingMigrations(applied), unknown: unknownMigrations(applied) },
      rows: Object.fromEntries(rows),
      apiBaseUrl: typeof address === 'string' ? address : null,
      pseudonymised: account?.pseudonymised === 1,
      retention: {
        days: typeof account?.retention_days === 'number' ? account.retention_days : null,
        forgottenTests: account?.retention_days === undefined ? 0 : forgottenTests(connection),
      },
      hasTraces: account?.has_traces === 1,
      lease: has('sync_lease')
        ? { holder: await readLeaseHolder({ db }), lapsed: await readLapsedLease({ db }) }
        : { holder: null, lapsed: null },
      syncs: has('sync_runs') ? syncsOf(connection) : { last: null, succeededAt: null, openFailures: 0 },
      backups: backupsOf(file),
    };
  });
}

function forgottenTests(connection: Connection): number {
  return Number(connection.rows('select count(*) as n from test_freshness where forgotten_at is not null')[0]?.n);
}

function syncsOf(connection: Connection): StoreSyncs {
  const [last] = connection.rows('select status, started_at, error from sync_runs order by id desc limit 1');
  const [success] = connection.rows(
    "select max(finished_at) as at from sync_runs where status in ('completed', 'partial')",
  );
  const [open] = connection.rows('select count(*) as n from sync_failures where closed_at is null');
  return {
    last:
      last === undefined
        ? null
        : {
            status: last.status as SyncRunStatus,
            startedAt: Number(last.started_at),
            error: typeof last.error === 'string' ? String(JSON.parse(last.error).message) : null,
          },
    succeededAt: typeof success?.at === 'number' ? success.at : null,
    openFailures: Number(open?.n),
  };
}

/** Copies of a store that maintenance made, oldest first. */
function backupsOf(file: string): StoreBackup[] {
  const prefix = `${basename(file)}.`;
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && name.endsWith('.bak'))
    .map((name) => join(dirname(file), name))
    .map((copy) => ({ copy, facts: statSync(copy, { throwIfNoEntry: false }) }))
    .flatMap(({ copy, facts }) =>
      facts === undefined ? [] : [{ file: copy, sizeBytes: facts.size, writtenAt: Math.round(facts.mtimeMs) }],
    )
    .sort((a, b) => a.writtenAt - b.writtenAt);
}
