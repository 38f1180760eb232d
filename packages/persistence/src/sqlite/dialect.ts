import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import { retryWhileBusy } from './busy.ts';

/**
 * Begins writes with the write lock in hand: a transaction that reads first and writes later fails in the middle when
 * another process wrote in between. Reads take their snapshot at once, not at their first query.
 */
class UnitDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    if (settings?.accessMode !== 'read only') {
      await retryWhileBusy(() => connection.executeQuery(CompiledQuery.raw('begin immediate')));
      return;
    }
    await connection.executeQuery(CompiledQuery.raw('begin'));
    try {
      await retryWhileBusy(() => connection.executeQuery(CompiledQuery.raw('select 1 from sqlite_schema limit 1')));
    } catch (thrown) {
      await connection.executeQuery(CompiledQuery.raw('rollback'));
      throw thrown;
    }
  }
}

/** Kysely's SQLite dialect with the transactions of UnitDriver. */
export class UnitDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new UnitDriver(this.#config);
  }
}
