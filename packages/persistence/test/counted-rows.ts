import { sql } from 'kysely';
import { COUNTED_WRONGLY } from '../src/sqlite/counted-bugs.ts';
import type { WriteScope } from '../src/store.ts';

/** How many bugs are counted otherwise than they are. */
export async function wrong({ db }: Pick<WriteScope, 'db'>): Promise<number> {
  const { rows } = await sql<{ n: number }>`${sql.raw(COUNTED_WRONGLY)}`.execute(db);
  return rows[0]?.n ?? Number.NaN;
}

/** What is counted of each bug, with the devices that it was seen on. */
export async function counted({ db }: Pick<WriteScope, 'db'>) {
  const { rows } = await sql<Record<string, unknown>>`
    select c.*, s.pairs from counted_bugs as c join device_sets as s on s.id = c.device_set_id order by bug_id`.execute(
    db,
  );
  return rows;
}
