import { pendingMigrations } from '../migrations/run.ts';
import { retryWhileBusy, sqliteCode } from '../sqlite/busy.ts';
import type { Connection } from '../sqlite/connection.ts';
import { COUNTED_WRONGLY } from '../sqlite/counted-bugs.ts';
import { recordedMigrations } from '../sqlite/head.ts';
import { SEARCH_COUNTS, SEARCH_STRAYS, type SearchCountRow, searchIndexState } from '../sqlite/search-index.ts';
import { onStoreFile } from './store-file.ts';

/** What a check looks for. */
export const STORE_CHECKS = [
  'pages',
  'references',
  'search_counts',
  'search_words',
  'counted_bugs',
  'orphans',
] as const;
export type StoreCheckName = (typeof STORE_CHECKS)[number];

export interface StoreCheckResult {
  readonly check: StoreCheckName;
  /** Null: it could not be looked at, because the schema is of another version. */
  readonly ok: boolean | null;
  /** What was found, in words; empty when all is well. */
  readonly findings: readonly string[];
}

export interface StoreCheckOptions {
  /** Leave out what reads every index and every word: for a look in between. */
  readonly quick?: boolean | undefined;
}

/** Findings of one kind that are told; more of them say nothing new. */
const MOST_FINDINGS = 20;

/**
 * Looks whether a store is sound: its pages, that rows refer to rows that exist, that search finds what lives and nothing else,
 * that bugs are counted as what they are, and that nothing is left over of things that are gone. Changes nothing.
 *
 * @throws TestioError `store_missing`, `store_not_a_database`, `store_unreadable`, `store_busy`; damage is a finding
 */
export async function checkStore(path: string, { quick = false }: StoreCheckOptions = {}): Promise<StoreCheckResult[]> {
  return onStoreFile(path, async ({ file, connection }) => {
    const rows = (sql: string) => retryWhileBusy(() => connection.rows(sql));
    const recorded = await retryWhileBusy(() => recordedMigrations(connection, file));
    const isCurrent = pendingMigrations(recorded).length === 0;
    const looks: Record<StoreCheckName, () => Promise<string[]>> = {
      pages: async () => pages(await rows(`pragma ${quick ? 'quick_check' : 'integrity_check'}(${MOST_FINDINGS})`)),
      references: async () => references(await rows('pragma foreign_key_check')),
      search_counts: async () => searchCounts(await rows(SEARCH_COUNTS)),
      search_words: async () => (quick ? [] : await searchWords(connection)),
      counted_bugs: async () => (quick ? [] : countedBugs(await rows(COUNTED_WRONGLY))),
      orphans: async () => (await rows(ORPHANS)).filter(({ n }) => Number(n) > 0).map(({ n, what }) => `${n} ${what}`),
    };
    const results: StoreCheckResult[] = [];
    for (const check of STORE_CHECKS) {
      if (!isCurrent && NEEDS_SCHEMA.includes(check)) results.push({ check, ok: null, findings: [] });
      else {
        const findings = (await damageAsFinding(looks[check])).slice(0, MOST_FINDINGS);
        results.push({ check, ok: findings.length === 0, findings });
      }
    }
    return results;
  });
}

const NEEDS_SCHEMA: readonly StoreCheckName[] = ['search_counts', 'search_words', 'counted_bugs', 'orphans'];

/** What no foreign key covers. */
const ORPHANS = `${SEARCH_STRAYS} union all
  select count(*), 'records of unreadable things are of products that are not there'
  from sync_failures where product_id is not null and product_id not in (select id from products)`;

async function damageAsFinding(look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof Error) || !sqliteCode(thrown)?.startsWith('SQLITE_CORRUPT')) throw thrown;
    return [thrown.message];
  }
}

type Rows = readonly Record<string, unknown>[];

function pages(rows: Rows): string[] {
  const lines = rows.flatMap((row) => String(Object.values(row)[0]).split('\n'));
  return lines.length === 1 && lines[0] === 'ok' ? [] : lines;
}

function references(rows: Rows): string[] {
  const tables = new Map<string, number>();
  for (const { table, parent } of rows) {
    const words = `rows of ${table} refer to missing rows of ${parent}`;
    tables.set(words, (tables.get(words) ?? 0) + 1);
  }
  return [...tables].map(([words, n]) => `${n} ${words}`);
}

function searchCounts(rows: Rows): string[] {
  const { kinds, indexed, consistent } = searchIndexState(rows as unknown as readonly SearchCountRow[]);
  if (consistent) return [];
  const documents = kinds.reduce((sum, each) => sum + each.documents, 0);
  return [
    ...kinds
      .filter((each) => each.living !== each.documents)
      .map(({ kind, living, documents: found }) => `${kind}: ${living} live, search knows ${found}`),
    ...(indexed === documents ? [] : [`the index holds ${indexed} documents, not ${documents}`]),
  ];
}

function countedBugs([row]: Rows): string[] {
  const n = Number(row?.n ?? 0);
  return n === 0 ? [] : [`${n} bugs are counted otherwise than they are`];
}

/** Compares every word of the index with the texts. It is an insert by its form, but changes nothing. */
async function searchWords(connection: Connection): Promise<string[]> {
  await retryWhileBusy(() =>
    connection.execute("insert into search_fts (search_fts, rank) values ('integrity-check', 1)"),
  );
  return [];
}
