import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Where a home keeps the store of an account without a name. */
export function storeFile(home: string): string {
  return join(home, 'stores', 'default.db');
}

/** Tests that a store holds; 0 where there is no store. */
export function countTests(home: string): number {
  if (!existsSync(storeFile(home))) return 0;
  const database = new DatabaseSync(storeFile(home), { readOnly: true });
  try {
    const row = database.prepare('select count(*) as tests from tests where deleted_at is null').get();
    return Number(row?.tests);
  } finally {
    database.close();
  }
}

/** Bytes of the store's write-ahead log; 0 when there is none. */
export async function walBytes(home: string): Promise<number> {
  return stat(`${storeFile(home)}-wal`).then(
    (facts) => facts.size,
    () => 0,
  );
}

export interface LoggedRun {
  readonly status: string;
  readonly trigger: string;
  readonly mode: string;
  readonly started_at: number;
  readonly finished_at: number | null;
}

/** What the store says after all programs have ended, read past them. */
export function inspectStore(home: string) {
  const database = new DatabaseSync(storeFile(home), { readOnly: true });
  try {
    const rows = <T>(sql: string) => database.prepare(sql).all() as T[];
    const titles = rows<{ id: number; title: string }>('select id, title from bugs where deleted_at is null');
    const [check] = rows<{ integrity_check: string }>('pragma integrity_check');
    return {
      integrity: check?.integrity_check ?? 'not checked',
      runs: rows<LoggedRun>('select status, "trigger", mode, started_at, finished_at from sync_runs order by id'),
      bugTitles: new Map(titles.map((row) => [row.id, row.title])),
    };
  } finally {
    database.close();
  }
}
