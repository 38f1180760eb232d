import { toIso } from '@testio-mcp/domain';
import type { StoreCheckName, StoreCheckResult, StoreInspection } from '@testio-mcp/runtime';
import { heldText } from './held-text.ts';
import { bytes, count } from './numbers.ts';
import { styled } from './output.ts';

const LABEL_WIDTH = 12;

const TRACES = 'of what was forgotten or replaced by pseudonyms; the next sync or `store compact` removes them';

/** What stands in the store, one fact a line. */
export function infoText(facts: StoreInspection): string {
  const { migrations, lease, rows, backups } = facts;
  const { holder, lapsed } = lease;
  const lines: [string, string][] = [
    ['Store', facts.file],
    ['Size', `${bytes(facts.sizeBytes)}, ${bytes(facts.unusedBytes)} of it unused`],
    ['Rows', `${heldText(rows)}; deleted ones included`],
    ['Testers', facts.pseudonymised ? 'under pseudonyms' : 'by name'],
    ['Kept', keptText(facts.retention)],
    ...(facts.hasTraces ? [['Traces', TRACES] as [string, string]] : []),
    ['Filled from', facts.apiBaseUrl ?? 'nothing yet'],
    ['Schema', schemaText(migrations)],
    ['SQLite', facts.sqliteVersion],
    ['Syncing', holder === null ? 'nobody' : `${holder.owner}, since ${toIso(holder.acquiredAt)}`],
    ...(lapsed === null ? [] : [['', `last: ${lapsed.owner}, which did not end in order`] as [string, string]]),
    ...backups.map(({ file, sizeBytes, writtenAt }, index): [string, string] => [
      index === 0 ? 'Copies' : '',
      `${file} (${bytes(sizeBytes)}, ${toIso(writtenAt)})`,
    ]),
  ];
  return lines.map(([label, text]) => styled('dim', label.padEnd(LABEL_WIDTH)) + text).join('\n');
}

function keptText({ days, forgottenTests }: StoreInspection['retention']): string {
  const heads = forgottenTests === 0 ? '' : `; ${count(forgottenTests)} forgotten but for status and dates`;
  return `${days === null ? 'tests of any age' : `tests until ${days} days after their end`}${heads}`;
}

/** The same for scripts. */
export function inspectionJson(facts: StoreInspection): unknown {
  const holderJson = (holder: StoreInspection['lease']['holder']) =>
    holder && {
      owner: holder.owner,
      since: toIso(holder.acquiredAt),
      heartbeat_at: toIso(holder.heartbeatAt),
      expires_at: toIso(holder.expiresAt),
    };
  return {
    file: facts.file,
    size_bytes: facts.sizeBytes,
    unused_bytes: facts.unusedBytes,
    sqlite_version: facts.sqliteVersion,
    api_base_url: facts.apiBaseUrl,
    pseudonymised: facts.pseudonymised,
    retention_days: facts.retention.days,
    forgotten_tests: facts.retention.forgottenTests,
    migrations: facts.migrations,
    rows: facts.rows,
    lease: { holder: holderJson(facts.lease.holder), lapsed: holderJson(facts.lease.lapsed) },
    backups: facts.backups.map(({ file, sizeBytes, writtenAt }) => ({
      file,
      size_bytes: sizeBytes,
      written_at: toIso(writtenAt),
    })),
  };
}

const CHECKS: Readonly<Record<StoreCheckName, string>> = {
  pages: 'pages of the file',
  references: 'references between rows',
  search_counts: 'what search knows',
  search_words: 'words of the search index',
  counted_bugs: 'what bugs are counted by',
  orphans: 'leftovers',
};

/** What a check found, one line each. */
export function checkText(checks: readonly StoreCheckResult[]): string {
  const lines = checks.flatMap(({ check, ok, findings }) => [
    `${ok === false ? styled('red', 'bad ') : ok === null ? styled('dim', 'skip') : styled('green', 'ok  ')}  ${CHECKS[check]}`,
    ...findings.map((finding) => `        ${finding}`),
  ]);
  if (checks.some(({ ok }) => ok === null))
    lines.push('The schema is of an older version; `store migrate up` brings it up to date.');
  if (checks.some(({ ok }) => ok === false)) {
    lines.push('Everything in it comes from Test IO: `testio-mcp store reset` and `testio-mcp sync` make it new.');
  }
  return lines.join('\n');
}

/** One line per migration. */
export function migrationText(migrations: StoreInspection['migrations']): string {
  const { applied, pending, unknown } = migrations;
  const lines = [
    ...applied.map((name) => `${unknown.includes(name) ? 'of a newer version' : 'applied'}  ${name}`),
    ...pending.map((name) => `pending  ${name}`),
  ];
  return lines.join('\n');
}

function schemaText({ applied, pending, unknown }: StoreInspection['migrations']): string {
  const head = applied.at(-1) ?? 'empty';
  if (unknown.length > 0) return `${head}, of a newer version of testio-mcp`;
  return pending.length === 0 ? head : `${head}; ${count(pending.length)} to run: ${pending.join(', ')}`;
}
