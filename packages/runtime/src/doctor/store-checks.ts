import { DAY_MS, type EpochMs, nounFor, SECOND_MS, TestioError, toIso } from '@testio-mcp/domain';
import type { StoreCheckResult, StoreInspection } from '@testio-mcp/persistence';
import type { Config } from '../config.ts';
import { type DoctorCheck, type Found, failure, ok, skipped, warning } from './finding.ts';
import type { DoctorMachine } from './machine.ts';

type StoreFindings = Readonly<Record<'store' | 'migrations' | 'search_index' | 'lease' | 'sync', Found | Found[]>>;

const SYNC = 'testio-mcp sync';

/** What of the configuration the store is held against. */
export interface ExpectedStore
  extends Pick<Config, 'storeFile' | 'refreshIntervalSeconds' | 'pseudonymise' | 'retentionDays'> {
  /** Null: whatever it was filled from is right. */
  readonly apiBaseUrl: string | null;
}

/** Looks at the store as it is: nothing is created or migrated. Never throws for what is wrong with the store. */
export async function checkStoreFile(
  config: ExpectedStore,
  machine: DoctorMachine,
  now: EpochMs,
): Promise<StoreFindings> {
  try {
    const { inspectStore, checkStore } = await machine.loadPersistence();
    const facts = await inspectStore(config.storeFile);
    const checks = await checkStore(config.storeFile, { quick: true });
    return {
      store: soundness(config, facts, checks),
      migrations: schema(facts.migrations),
      search_index: searchIndex(checks),
      lease: lease(facts.lease),
      sync: syncs(facts.syncs, config, now),
    };
  } catch (thrown) {
    return withoutStore(thrown, config);
  }
}

function withoutStore(thrown: unknown, { storeFile }: ExpectedStore): StoreFindings {
  const rest = skipped('There is no store to look at.');
  const others = { migrations: rest, search_index: rest, lease: rest };
  const code = thrown instanceof TestioError ? thrown.code : null;
  if (code === 'store_missing') {
    return {
      ...others,
      store: ok(`There is no store yet: ${storeFile} is made by the first sync.`),
      sync: warning('Nothing was synced yet.', 'Questions find nothing until then.', SYNC),
    };
  }
  if (!(thrown instanceof TestioError)) throw thrown;
  const remedy = code === 'store_corrupt' ? 'testio-mcp store reset' : (thrown.facts.next ?? null);
  return { ...others, store: failure('The store cannot be used.', thrown.message, remedy), sync: rest };
}

function soundness(config: ExpectedStore, facts: StoreInspection, checks: readonly StoreCheckResult[]): Found[] {
  const bad = checks.filter(({ check, ok: sound }) => sound === false && !SEARCH.includes(check));
  const megabytes = (facts.sizeBytes / 1024 / 1024).toFixed(1);
  const found: Found[] =
    bad.length === 0
      ? [
          ok(
            `The store ${facts.file} is sound (${megabytes} MB, ${facts.rows.tests ?? 0} tests, ${facts.rows.bugs ?? 0} bugs).`,
          ),
        ]
      : [
          failure(
            'The store is damaged.',
            bad
              .flatMap(({ findings }) => findings)
              .slice(0, 5)
              .join('; '),
            'testio-mcp store reset',
          ),
        ];
  const { apiBaseUrl } = config;
  if (facts.apiBaseUrl !== null && apiBaseUrl !== null && address(facts.apiBaseUrl) !== address(apiBaseUrl)) {
    found.push(
      failure(
        'The store is a copy of another account.',
        `It was filled from ${facts.apiBaseUrl}, and the configured API is ${apiBaseUrl}.`,
        'Give each account a customer of its own (--customer NAME), or set TESTIO_CUSTOMER_API_BASE_URL back.',
      ),
    );
  }
  if (config.pseudonymise && !facts.pseudonymised) {
    found.push(
      warning(
        'The store holds names of testers, and pseudonyms are asked for.',
        'They are replaced when the server or a command opens the store next.',
        'testio-mcp status',
      ),
    );
  }
  found.push(...retention(config, facts.retention));
  if (facts.hasTraces) {
    found.push(
      warning(
        'What was forgotten or replaced by pseudonyms still stands in the free space of the store.',
        'The file was not rewritten: its process ended, another one was in the way, or the disk too full. The next sync tries again.',
        'testio-mcp store compact',
      ),
    );
  }
  const copies = facts.backups.length;
  if (facts.pseudonymised && copies > 0) {
    found.push(ok('Testers are kept under pseudonyms.', `${copies} copies beside the store may hold names of before.`));
  }
  if (facts.retention.days !== null && copies > 0) {
    found.push(ok('Old tests are forgotten.', `${copies} copies beside the store may hold some of before.`));
  }
  return found;
}

/** How old tests may become in the store, and whether that is what is asked for. */
function retention({ retentionDays }: ExpectedStore, { days, forgottenTests }: StoreInspection['retention']) {
  const found: Found[] = [];
  if (retentionDays !== null && (days === null || days > retentionDays)) {
    found.push(
      warning(
        'The store holds tests that are older than TESTIO_RETENTION_DAYS allows.',
        'They are forgotten by the next sync.',
        SYNC,
      ),
    );
  } else if (days !== null && (retentionDays === null || days < retentionDays)) {
    found.push(
      warning(
        `The store forgets tests ${days} days after their end, and more is asked for.`,
        `${forgottenTests} tests come back from the next full sync on.`,
        'testio-mcp sync --full',
      ),
    );
  } else if (days !== null) {
    found.push(ok(`Tests are forgotten ${days} days after their end: ${forgottenTests} so far.`));
  }
  return found;
}

const SEARCH: readonly StoreCheckResult['check'][] = ['search_counts', 'search_words', 'orphans'];

function address(url: string): string {
  return (URL.parse(url)?.href ?? url).replace(/\/+$/, '');
}

function schema({ applied, pending, unknown }: StoreInspection['migrations']): Found {
  if (unknown.length > 0) {
    return failure(
      'The store was written by a newer version of testio-mcp.',
      `This version does not know ${unknown.join(', ')}.`,
      'npm install --global testio-mcp@latest',
    );
  }
  if (pending.length === 0) return ok(`The schema is up to date (${applied.at(-1) ?? 'none'}).`);
  return warning(
    `The store is of an older version: ${pending.length} to run (${pending.join(', ')}).`,
    'The next use brings it up to date, after keeping a copy.',
    'testio-mcp store migrate up',
  );
}

function searchIndex(checks: readonly StoreCheckResult[]): Found {
  const results = checks.filter(({ check }) => SEARCH.includes(check));
  if (results.some((each) => each.ok === null))
    return skipped('The search index is looked at once the schema is up to date.');
  const findings = results.flatMap((each) => each.findings);
  if (findings.length === 0) return ok('Search knows exactly what is in the store.');
  return failure(
    'The search index does not hold what the store holds.',
    findings.slice(0, 5).join('; '),
    'testio-mcp store reset',
  );
}

function lease({ holder, lapsed }: StoreInspection['lease']): Found {
  if (holder !== null) {
    return ok(
      `A sync is running: ${holder.owner}, since ${toIso(holder.acquiredAt)}.`,
      `It last gave a sign of life at ${toIso(holder.heartbeatAt)}; without one it loses its turn at ${toIso(holder.expiresAt)}.`,
    );
  }
  if (lapsed === null) return ok('Nobody is syncing.');
  return ok(
    'Nobody is syncing.',
    `The last sync, ${lapsed.owner}, was cut short: its last sign of life is of ${toIso(lapsed.heartbeatAt)}. Nothing is blocked by it.`,
  );
}

function syncs(
  { last, succeededAt, openFailures }: StoreInspection['syncs'],
  config: ExpectedStore,
  now: EpochMs,
): Found {
  if (last === null || (succeededAt === null && last.status !== 'failed')) {
    return warning('No sync has come to its end yet.', 'Questions find little or nothing until then.', SYNC);
  }
  if (last.status === 'failed') {
    return warning(`The last sync, at ${toIso(last.startedAt)}, failed.`, last.error, SYNC);
  }
  const unread =
    openFailures === 0
      ? null
      : `${openFailures} ${nounFor(openFailures, 'thing')} could not be read from Test IO; "testio-mcp problematic list" names ${nounFor(openFailures, 'it', 'them')}.`;
  const patience = Math.max(DAY_MS, 2 * config.refreshIntervalSeconds * SECOND_MS);
  const at = succeededAt ?? last.startedAt;
  if (now - at <= patience) return ok(`The last sync ended at ${toIso(at)}.`, unread);
  return warning(`The last sync ended at ${toIso(at)}: the local copy is old.`, unread, SYNC);
}

/** The checks that this file answers for. */
export const STORE_FINDINGS: readonly (DoctorCheck & keyof StoreFindings)[] = [
  'store',
  'migrations',
  'search_index',
  'lease',
  'sync',
];
