import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What SQLite itself says about the default store of a home folder. */
export function inspectStore(home: string) {
  const database = new DatabaseSync(storeFile(home));
  try {
    return {
      integrity: database
        .prepare('pragma integrity_check')
        .all()
        .map((row) => row.integrity_check),
      brokenForeignKeys: database.prepare('pragma foreign_key_check').all().length,
      runs: database
        .prepare('select status from sync_runs order by id')
        .all()
        .map((row) => row.status),
    };
  } finally {
    database.close();
  }
}

export function storeFile(home: string): string {
  return join(home, 'stores', 'default.db');
}
