import { cleanTesterText } from '@testio-mcp/domain';
import Database from 'better-sqlite3';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { BUSY_DEADLINE_MS, isBusy, retryWhileBusy, SYNCHRONOUS_BUSY_MS } from './busy.ts';

/** Prepared statements kept per connection. A sync uses some forty different texts. */
const STATEMENT_CACHE = 128;

/**
 * Kilobytes of the file that a reading connection keeps of its own, where SQLite would keep 16,000. The system has the same pages in
 * its memory, for all processes together: sums over a very large account take no longer.
 */
const READ_CACHE_KB = 4_000;

export interface ConnectionOptions {
  readonly readonly: boolean;
  /** Is told every statement before it runs, transaction control included. */
  readonly onStatement?: ((sql: string) => void) | undefined;
}

/** One connection to the file of a store, in the form in which Kysely takes it. */
export class Connection implements SqliteDatabase {
  /** How long a transaction waits for another process's lock to begin, in milliseconds. */
  busyDeadlineMs = BUSY_DEADLINE_MS;
  readonly #options: ConnectionOptions;
  readonly #database: Database.Database;
  #guarded = false;
  #dataVersion: Database.Statement | undefined;
  readonly #statements = new Map<string, Database.Statement>();

  /** Opens the file. Neither creates it nor changes a byte of it. */
  constructor(file: string, options: ConnectionOptions) {
    this.#database = new Database(file, {
      readonly: options.readonly,
      fileMustExist: true,
      timeout: SYNCHRONOUS_BUSY_MS,
    });
    this.#options = options;
    this.#database.pragma('foreign_keys = on');
    if (options.readonly) this.#database.pragma(`cache_size = -${READ_CACHE_KB}`);
    // Text as answers show it, so that it is found by what people see of it.
    this.#database.function('shown_text', { deterministic: true }, (text: unknown) =>
      typeof text === 'string' ? cleanTesterText(text) : null,
    );
  }

  get isOpen(): boolean {
    return this.#database.open;
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /**
   * From here on refuses statements outside a transaction. A query that a unit of work left behind when it failed would
   * otherwise be committed on its own.
   */
  onlyInTransactions(): void {
    this.#guarded = true;
  }

  prepare(sql: string): SqliteStatement {
    if (this.#guarded && !this.#database.inTransaction && !sql.startsWith('begin')) {
      throw new Error('A query outlived its unit of work: await every query inside store.read() and store.write().');
    }
    this.#options.onStatement?.(sql);
    return this.#prepared(sql) as unknown as SqliteStatement;
  }

  /** Rows of a statement that is not part of any unit of work. */
  rows(sql: string): Record<string, unknown>[] {
    this.#options.onStatement?.(sql);
    return this.#prepared(sql).all() as Record<string, unknown>[];
  }

  /** Another number after each commit of another connection; inside a transaction that of its snapshot. */
  dataVersion(): number {
    this.#dataVersion ??= this.#database.prepare('pragma data_version').pluck();
    return Number(this.#dataVersion.get());
  }

  /** Runs a statement without rows that is not part of any unit of work. */
  execute(sql: string): void {
    this.#options.onStatement?.(sql);
    this.#database.exec(sql);
  }

  /** Gives statements of this connection a function that depends on its arguments alone. */
  define(name: string, work: (first: unknown, second: unknown) => string | number | null): void {
    this.#database.function(name, { deterministic: true }, work);
  }

  /** Writes all that is committed at this moment into `file`, which must be absent or empty. Others may write meanwhile. */
  async copyInto(file: string, deadlineMs: number): Promise<void> {
    await retryWhileBusy(() => this.#database.prepare('vacuum into ?').run(file), deadlineMs);
  }

  /** Rewrites the file without the space that is not in use any more. */
  async compact(deadlineMs: number): Promise<void> {
    await retryWhileBusy(() => this.execute('vacuum'), deadlineMs);
  }

  /**
   * Keeps every other connection from the file until this one is closed, and ends write-ahead logging.
   *
   * @returns false while another connection is open, in this process or another one
   */
  shutOthersOut(): boolean {
    try {
      this.#database.pragma('locking_mode = exclusive');
      this.#database.pragma('journal_mode = delete');
      // Changing the journal takes the lock only when there was a log; writing takes it in every case.
      this.#database.exec('begin exclusive; commit');
      return true;
    } catch (thrown) {
      if (!isBusy(thrown)) throw thrown;
      this.#database.pragma('locking_mode = normal');
      return false;
    }
  }

  /** Switches the file to write-ahead logging, so that readers and the writer do not wait for each other. */
  async useWriteAheadLog(deadlineMs: number): Promise<void> {
    await retryWhileBusy(() => {
      if (this.#database.pragma('journal_mode', { simple: true }) !== 'wal')
        this.#database.pragma('journal_mode = wal');
    }, deadlineMs);
  }

  /**
   * Copies the write-ahead log into the file and empties it.
   *
   * @returns false when a reader or another process stood in the way, which is normal
   */
  checkpoint(): boolean {
    const sql = 'wal_checkpoint(truncate)';
    this.#options.onStatement?.(`pragma ${sql}`);
    try {
      return this.#database.pragma(sql, { simple: true }) === 0;
    } catch (thrown) {
      if (isBusy(thrown)) return false;
      throw thrown;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined && !known.busy) {
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > STATEMENT_CACHE) {
      const oldest = this.#statements.keys().next();
      if (oldest.done !== true) this.#statements.delete(oldest.value);
    }
    return statement;
  }
}

/**
 * The version of SQLite that this program works with.
 *
 * @throws when the driver cannot be loaded on this machine
 */
export function sqliteVersion(): string {
  const database = new Database(':memory:');
  try {
    return String(database.prepare('select sqlite_version()').pluck().get());
  } finally {
    database.close();
  }
}
