import { CompiledQuery, type DatabaseConnection, SqliteDialect, SqliteDriver, type TransactionSettings } from 'kysely';
import { retryWhileBusy } from './busy.ts';
import type { Connection } from './connection.ts';

/**
 * Begins writes with the write lock in hand: a transaction that reads first and writes later fails in the middle when
 * another process wrote in between. Reads take their snapshot at once, not at their first query.
 */
class UnitDriver extends SqliteDriver {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super({ database: connection });
    this.#connection = connection;
  }

  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const run = (sql: string) => connection.executeQuery(CompiledQuery.raw(sql));
    const deadlineMs = this.#connection.busyDeadlineMs;
    if (settings?.accessMode !== 'read only') {
      await retryWhileBusy(() => run('begin immediate'), deadlineMs);
      return;
    }
    await run('begin');
    try {
      await retryWhileBusy(() => run('select 1 from sqlite_schema limit 1'), deadlineMs);
    } catch (thrown) {
      await this.rollbackTransaction(connection);
      throw thrown;
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // A full disk, for one, makes SQLite roll back by itself; doing it again is an error that would hide the first one.
    if (this.#connection.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** Kysely's SQLite dialect over one connection, with transactions that are units of work. */
export class UnitDialect extends SqliteDialect {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super({ database: connection });
    this.#connection = connection;
  }

  override createDriver(): SqliteDriver {
    return new UnitDriver(this.#connection);
  }
}
