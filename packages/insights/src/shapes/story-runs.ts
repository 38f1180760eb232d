import { RUN_STATUSES } from '@testio-mcp/domain';
import { z } from 'zod';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { countsOf } from './bug-counts.ts';

const RUNS = [...RUN_STATUSES, 'other'] as const;
/** How a run may end that tells something about a device. */
export const TELLING_RUNS = ['failed', 'blocked', 'passed'] as const;
type Telling = (typeof TELLING_RUNS)[number];

/** Platforms shown for one story and result in a brief answer. */
const BRIEF_PLATFORMS = 5;

const platforms = z.array(z.object({ platform: z.string().nullable().describe('null: not told.'), runs: z.int() }));

/** What testers' runs of a user story found, and on what. */
export const storyRuns = {
  runs: countsOf(RUNS).nullable().describe("Testers' runs by status; null: runs were never read."),
  devices: z
    .object({ failed: platforms, blocked: platforms, passed: platforms })
    .optional()
    .describe(
      `Where there are runs: platforms, the most frequent first; at most ${BRIEF_PLATFORMS} each unless detail is full.`,
    ),
};

export type RunCounts = Record<(typeof RUNS)[number], number>;
export type RunDevices = Record<Telling, { readonly platform: string | null; readonly runs: number }[]>;

/** Adds up runs by their status. */
export function addUpRuns(groups: readonly { readonly status: string | null; readonly n: number }[]): RunCounts {
  const counts = Object.fromEntries(RUNS.map((status) => [status, 0])) as RunCounts;
  for (const { status, n } of groups) counts[RUNS.find((known) => known === status) ?? 'other'] += n;
  return counts;
}

/** The platforms of a story as an answer shows them; no member where there are none. */
export function shownDevices(devices: RunDevices, isFull: boolean): { devices?: z.infer<typeof storyRuns.devices> } {
  const most = isFull ? Number.POSITIVE_INFINITY : BRIEF_PLATFORMS;
  const shown = (list: RunDevices[Telling]) =>
    list.slice(0, most).map(({ platform, runs }) => ({ platform: cleanTesterText(platform), runs }));
  const { failed, blocked, passed } = devices;
  if (failed.length + blocked.length + passed.length === 0) return {};
  return { devices: { failed: shown(failed), blocked: shown(blocked), passed: shown(passed) } };
}
