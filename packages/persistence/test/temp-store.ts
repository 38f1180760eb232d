import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@testio-mcp/domain';
import { onTestFinished } from 'vitest';
import { openStore, type StoreOptions } from '../src/open-store.ts';
import type { Store } from '../src/store.ts';
import type { TableName } from '../src/write/upsert.ts';

/** A clock that tests move by hand. */
export interface HandClock extends Clock {
  now(): number;
  set(instant: number): void;
}

export function handClock(instant = 1_000): HandClock {
  let current = instant;
  return {
    now: () => current,
    set(next) {
      current = next;
    },
  };
}

/** A folder that is gone when the test has finished. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'testio-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let template: Promise<Buffer> | undefined;

/** The file of an empty store. It is made once, because writing it is faster than migrating. */
async function emptyStore(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'testio-template-'));
  try {
    const file = join(folder, 'empty.db');
    await (await openStore({ file })).close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A store that is closed with the test, and must have no unit of work left then. Without a `file` it is a copy of an empty
 * one in a folder of its own.
 */
export async function tempStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  const file = join(tempFolder(), 'store.db');
  if (options.file === undefined) {
    template ??= emptyStore();
    writeFileSync(file, await template);
  }
  const store = await openStore({ file, ...options });
  onTestFinished(async () => {
    await store.close();
    if (store.unitsInFlight !== 0) throw new Error(`${store.unitsInFlight} units of work were left open`);
  });
  return store;
}

export async function count(store: Store, table: TableName): Promise<number> {
  const row = await store.read(({ db }) =>
    db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow(),
  );
  return row.rows;
}
