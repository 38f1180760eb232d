import type { EpochMs } from '@testio-mcp/domain';
import { type ReadScope, rememberedAs } from '@testio-mcp/persistence';

/** Something that was worked out, and when time alone makes it another one; infinity: never. */
export interface Lasting<T> {
  readonly value: T;
  readonly until: EpochMs;
}

/**
 * What depends on the store and on the clock, remembered until something is written, or until its instant comes. Asked for another,
 * earlier time, it is worked out anew.
 *
 * @param key tells it from everything else that is remembered
 */
export async function rememberedUntil<T>(
  db: ReadScope['db'],
  key: string,
  now: EpochMs,
  make: () => Promise<Lasting<T>>,
): Promise<T> {
  const { value } = await rememberedAs(
    db,
    key,
    async () => ({ from: now, ...(await make()) }),
    ({ from, until }) => from <= now && now < until,
  );
  return value;
}
