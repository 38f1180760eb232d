import { PLATFORM_REASONS, UNKNOWN_REASON } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { invalidInput, quoted } from '../input/errors.ts';
import { nearest } from '../input/nearest.ts';

/**
 * Finds the keys of the reasons that were asked for, by key or name in any case. The API lists the reasons, so they are not a
 * fixed set.
 *
 * @throws TestioError `invalid_input` for a reason that nobody knows
 */
export async function rejectionReasonKeys(db: ReadScope['db'], asked: readonly string[]): Promise<string[]> {
  const listed = await listedReasons(db);
  const keys = allKeys(listed);
  const byWord = new Map(keys.map((key) => [fold(key), key]));
  for (const { key, name } of listed) {
    if (name !== null && !byWord.has(fold(name))) byWord.set(fold(name), key);
  }
  return asked.map((word) => {
    const key = byWord.get(fold(word));
    if (key !== undefined) return key;
    throw invalidInput({
      field: 'rejection_reason',
      received: word,
      problem: `does not know ${quoted(word)}`,
      accepted: nearest(word, keys),
    });
  });
}

/** The keys of all reasons that a bug can have. */
export async function rejectionReasonsKnown(db: ReadScope['db']): Promise<string[]> {
  return allKeys(await listedReasons(db));
}

function listedReasons(db: ReadScope['db']) {
  return db.selectFrom('reject_reasons').select(['key', 'name']).orderBy('key').execute();
}

function allKeys(listed: readonly { readonly key: string }[]): string[] {
  return [...new Set([...listed.map(({ key }) => key), ...PLATFORM_REASONS, UNKNOWN_REASON])];
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]+/g, '_');
}
