import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/sqlite';
import { onTestFinished } from 'vitest';
import { createOrm } from '../src/orm.ts';
import { Connection } from '../src/sqlite/connection.ts';
import { prepareFile } from '../src/sqlite/file.ts';
import { tempFolder } from './temp-store.ts';

/** MikroORM over one file, and what ends both. */
export interface Inside {
  readonly orm: MikroORM;
  readonly connection: Connection;
  readonly file: string;
  close(): Promise<void>;
}

/** Opens a file as migrations see it, without a store in front of it. */
export async function openInside(file: string): Promise<Inside> {
  await prepareFile(file);
  const connection = new Connection(file, { readonly: false });
  await connection.useWriteAheadLog(1_000);
  const orm = await createOrm(connection, file);
  const close = async () => {
    await orm.close();
    if (connection.isOpen) connection.close();
  };
  return { orm, connection, file, close };
}

/** The same for as long as a test runs; without a file, over one of its own. */
export async function inside(file = join(tempFolder(), 'store.db')): Promise<Inside> {
  const opened = await openInside(file);
  onTestFinished(opened.close);
  return opened;
}
