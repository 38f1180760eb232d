import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, parseInstant } from '@testio-mcp/domain';
import { type Ages, type Diagnostics, FACETS, type RunFacts } from './diagnostics.ts';
import { gapText } from './gap-text.ts';
import { heldText } from './held-text.ts';
import { count, seconds } from './numbers.ts';
import { styled, wrapped } from './output.ts';

const LABEL_WIDTH = 14;
const MEGABYTE = 1024 * 1024;

/** The state of the local copy: one fact a line. The last attempt to sync and the last success stand apart. */
export function statusText(facts: Diagnostics, storeFile: string, now: EpochMs): string {
  const { program, store, sync, background, freshness, as_of, completeness } = facts;
  const lines: [string, string][] = [
    ['Customer', `${program.customer ?? 'unnamed'}, ${program.api_base_url}`],
    ['Store', `${storeFile} (${(store.size_bytes / MEGABYTE).toFixed(1)} MB)`],
    ['Holds', heldText(store.counts)],
    ['Last attempt', sync.last_attempt === null ? 'never; run `testio-mcp sync`' : runText(sync.last_attempt, now)],
    ['Last success', sync.last_success === null ? 'never' : runText(sync.last_success, now)],
    ...(sync.last_success?.status === 'partial' ? [lastComplete(sync.last_completed_at, now)] : []),
    ...(sync.running === null ? [] : [runningLine(sync.running, now)]),
    ['Next cycle', nextCycle(background, now)],
    [
      'Not readable',
      sync.open_failures === 0
        ? 'nothing'
        : `${count(sync.open_failures, 'thing')}; see \`testio-mcp problematic list\``,
    ],
    ...FACETS.map((name, index): [string, string] => [
      index === 0 ? 'Last read' : '',
      `${name.replaceAll('_', ' ')}: ${agesText(freshness[name], now)}`,
    ]),
    ['As of', as_of === null ? 'never confirmed by Test IO' : moment(as_of, now)],
    ['Complete', completeness.complete ? 'yes' : 'no'],
    ...completeness.missing.map((gap): [string, string] => ['', gapText(gap)]),
  ];
  return lines
    .map(([label, text]) => styled('dim', label.padEnd(LABEL_WIDTH)) + wrapped(text, LABEL_WIDTH).trimStart())
    .join('\n');
}

function lastComplete(at: string | null, now: EpochMs): [string, string] {
  return ['Last complete', at === null ? 'never: each sync left something that could not be read' : moment(at, now)];
}

function runningLine({ owner, since }: { owner: string; since: string }, now: EpochMs): [string, string] {
  return ['Syncing now', `${owner}, ${moment(since, now)}`];
}

function nextCycle(background: Diagnostics['background'], now: EpochMs): string {
  if (background === null) return 'none: TESTIO_REFRESH_INTERVAL_SECONDS is 0';
  const { here, next_cycle_at: at, circuit_open } = background;
  const due = at === null ? null : parseInstant(at);
  const when = due === null ? 'running' : due <= now ? 'due now' : `in ${length(due - now)}`;
  const longer = circuit_open === true ? '; pauses are longer because cycles failed' : '';
  return `${when}${here ? '' : ', if a server runs'}${longer}`;
}

function agesText({ oldest, newest, never }: Ages, now: EpochMs): string {
  const left = never === 0 ? '' : `, ${count(never)} never`;
  if (oldest === null || newest === null) return never === 0 ? 'nothing to read' : 'never';
  if (oldest === newest) return moment(oldest, now) + left;
  return `${moment(newest, now)}, the oldest ${moment(oldest, now)}${left}`;
}

function runText(run: RunFacts, now: EpochMs): string {
  const took = !run.duration_ms ? '' : ` in ${seconds(run.duration_ms)}`;
  const why = run.error === null ? '' : `. ${run.error.message}`;
  return `${run.status}, ${moment(run.started_at, now)}, ${count(run.requests, 'request')}${took}${why}`;
}

/** An instant with its age: `2 hours ago (2026-07-01 06:30 UTC)`. */
function moment(iso: string, now: EpochMs): string {
  const instant = parseInstant(iso);
  const at = `${iso.slice(0, 16).replace('T', ' ')} UTC`;
  return instant === null ? at : `${age(now - instant)} (${at})`;
}

const UNITS: [string, number][] = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
];

function age(ms: number): string {
  return ms < MINUTE_MS ? 'just now' : `${length(ms)} ago`;
}

function length(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ['minute', MINUTE_MS];
  return count(Math.max(1, Math.floor(ms / size)), unit);
}
