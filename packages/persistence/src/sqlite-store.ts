import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@testio-mcp/domain';
import { Kysely } from 'kysely';
import { emptyMemory, giveMemory, type Memory } from './remembered.ts';
import type { StoreTables } from './schema/tables.ts';
import { sqliteCode } from './sqlite/busy.ts';
import { Connection } from './sqlite/connection.ts';
import { UnitDialect } from './sqlite/dialect.ts';
import { bytesOnDisk, walBytes } from './sqlite/file.ts';
import { SEARCH_WORDS } from './sqlite/search-index.ts';
import { databaseTrouble, nestedUnit, storeClosed, writeInsideRead } from './sqlite/trouble.ts';
import type { ReadScope, Store, WriteScope } from './store.ts';

/** The write-ahead log is emptied when a write leaves it longer than this: readers that never pause let it grow. */
const WAL_LIMIT_BYTES = 8 * 1024 * 1024;

/** Tells whoever listens in this process that stores and their units of work begin and end: what begins must end. */
const lifecycle = channel('testio-mcp:store');

interface Engine {
  readonly writes: Kysely<StoreTables>;
  readonly reads: Kysely<StoreTables>;
  readonly readConnection: Connection;
  /** Never in a transaction, and never writes: so it sees every commit. */
  readonly watchConnection: Connection;
}

/** What is remembered of one state of the file. */
interface State {
  readonly version: number;
  readonly memory: Memory;
}

interface Unit {
  readonly kind: 'read' | 'write';
  open: boolean;
}

export interface SqliteStoreParts {
  readonly file: string;
  readonly clock: Clock;
  /** Open, migrated, in WAL mode. Owned by the store from here on. */
  readonly connection: Connection;
  readonly onStatement?: ((sql: string) => void) | undefined;
}

/** A store in one SQLite file: a connection that writes and one that only reads. */
export class SqliteStore implements Store {
  readonly file: string;
  readonly #parts: SqliteStoreParts;
  readonly #unit = new AsyncLocalStorage<Unit>();
  #engine: Engine | undefined;
  #writes: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #inFlight = 0;
  #state: State | undefined;
  #onIdle: (() => void) | undefined;

  constructor(parts: SqliteStoreParts) {
    this.file = parts.file;
    this.#parts = parts;
    lifecycle.publish({ what: 'store', change: 1 });
  }

  get unitsInFlight(): number {
    return this.#inFlight;
  }

  async read<T>(fn: (scope: ReadScope) => Promise<T>): Promise<T> {
    return this.#run('read', ({ reads, readConnection }, unit) =>
      reads
        .transaction()
        .setAccessMode('read only')
        .execute((db) => {
          giveMemory(db, this.#memoryOf(readConnection));
          return this.#unit.run(unit, fn, { db });
        }),
    );
  }

  /** The memory of the state that the read which has just begun sees. */
  #memoryOf(connection: Connection): Memory {
    const version = connection.dataVersion();
    if (this.#state?.version !== version) this.#state = { version, memory: emptyMemory() };
    return this.#state.memory;
  }

  async write<T>(fn: (scope: WriteScope) => Promise<T>): Promise<T> {
    return this.#run('write', ({ writes }, unit) =>
      this.#inTurn(async () => {
        const result = await writes
          .transaction()
          .execute((db) => this.#unit.run(unit, fn, { db, now: this.#parts.clock.now() }));
        if (walBytes(this.file) > WAL_LIMIT_BYTES) this.#parts.connection.checkpoint();
        return result;
      }),
    );
  }

  async version(): Promise<number> {
    if (this.#closing !== undefined) throw storeClosed(this.file);
    return this.#started().watchConnection.dataVersion();
  }

  async sizeBytes(): Promise<number> {
    return bytesOnDisk(this.file);
  }

  async close(): Promise<void> {
    const outer = this.#unit.getStore();
    if (outer?.open === true) throw nestedUnit(outer.kind, 'close');
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #run<T>(kind: Unit['kind'], work: (engine: Engine, unit: Unit) => Promise<T>): Promise<T> {
    const outer = this.#unit.getStore();
    if (outer?.open === true) throw nestedUnit(outer.kind, kind);
    if (this.#closing !== undefined) throw storeClosed(this.file);
    this.#inFlight += 1;
    lifecycle.publish({ what: 'unit of work', change: 1 });
    const unit: Unit = { kind, open: true };
    try {
      return await work(this.#started(), unit);
    } catch (thrown) {
      throw kind === 'read' && sqliteCode(thrown) === 'SQLITE_READONLY'
        ? writeInsideRead(thrown)
        : databaseTrouble(thrown, this.file);
    } finally {
      unit.open = false;
      this.#inFlight -= 1;
      lifecycle.publish({ what: 'unit of work', change: -1 });
      if (this.#inFlight === 0) this.#onIdle?.();
    }
  }

  /** Writes of this process wait here for each other, not in the lock of the file. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    // SQLite works on this thread. Between two writes the event loop gets its turn, so that requests go out and answers come in.
    const turn = this.#writes.then(() => setImmediate()).then(work);
    this.#writes = turn.then(ignore, ignore);
    return turn;
  }

  /** What only units of work need is not there before the first of them. */
  #started(): Engine {
    this.#engine ??= this.#start();
    return this.#engine;
  }

  #start(): Engine {
    const { file, connection, onStatement } = this.#parts;
    const readConnection = new Connection(file, { readonly: true, onStatement });
    readConnection.busyDeadlineMs = connection.busyDeadlineMs;
    readConnection.execute(SEARCH_WORDS);
    for (const each of [connection, readConnection]) each.onlyInTransactions();
    return {
      writes: queries(connection),
      reads: queries(readConnection),
      readConnection,
      watchConnection: new Connection(file, { readonly: true }),
    };
  }

  async #shutDown(): Promise<void> {
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    const { connection } = this.#parts;
    try {
      // The last connection to be closed removes the write-ahead log, and only one that may write can.
      await this.#engine?.reads.destroy();
      closeIfOpen(this.#engine?.readConnection);
      closeIfOpen(this.#engine?.watchConnection);
      if (walBytes(this.file) > 0) connection.checkpoint();
      await this.#engine?.writes.destroy();
    } finally {
      closeIfOpen(connection);
      lifecycle.publish({ what: 'store', change: -1 });
    }
  }
}

function queries(connection: Connection): Kysely<StoreTables> {
  return new Kysely({ dialect: new UnitDialect(connection) });
}

function closeIfOpen(connection: Connection | undefined): void {
  if (connection?.isOpen === true) connection.close();
}

function ignore(): void {}
