import type { ReadScope } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import { addUpRuns, type RunCounts, type RunDevices, TELLING_RUNS } from '../shapes/story-runs.ts';

type Db = ReadScope['db'];

export interface StoryRuns {
  /** Testers' runs by their status. */
  readonly runs: RunCounts;
  /** Platforms of the runs, the most frequent first. */
  readonly devices: RunDevices;
}

interface Group {
  readonly story: number;
  readonly status: string | null;
  readonly n: number;
}

/** Operating system with its version: devices d of runs, for groups over many tests. */
export const SYSTEM = sql<
  string | null
>`nullif(trim(coalesce(d.os_name, '') || ' ' || coalesce(d.os_version, '')), '')`;

const model = sql`coalesce(nullif(trim(coalesce(d.vendor, '') || ' ' || coalesce(d.model, '')), ''), d.category_name)`;
const browsers = sql`(select group_concat(value, ', ') from json_each(d.browsers))`;
const within = sql`nullif(concat_ws(', ', ${model}, ${browsers}), '')`;

/** The same with model and browsers in brackets: what somebody needs to see it again. */
export const DEVICE = sql<
  string | null
>`nullif(trim(coalesce(${SYSTEM}, '') || coalesce(' (' || ${within} || ')', '')), '')`;

/**
 * What testers' runs of user stories found, with two statements.
 *
 * @param copies the stories' copies in tests, as a query of `story` (what they are told apart by), `version_id` and `test_id`
 * @param place what is told of a device, over `execution_devices d`
 */
export async function storyRuns(
  db: Db,
  copies: RawBuilder<unknown>,
  place: RawBuilder<string | null>,
): Promise<(story: number) => StoryRuns> {
  const runs = sql`
    select distinct c.story, e.id, e.status from (${copies}) as c
    join executions as e on e.version_id = c.version_id and e.test_id = c.test_id`;
  const { rows: ran } = await sql<Group>`
    select story, status, count(*) as n from (${runs}) group by story, status`.execute(db);
  const { rows: seen } = await sql<Group & { platform: string | null }>`
    select r.story, r.status, ${place} as platform, count(distinct r.id) as n
    from (${runs}) as r join execution_devices as d on d.execution_id = r.id
    where r.status in (${sql.join(TELLING_RUNS)}) group by r.story, r.status, platform
    order by n desc, platform`.execute(db);
  const runsOf = Map.groupBy(ran, (group) => group.story);
  const seenOf = Map.groupBy(seen, (group) => group.story);
  return (story) => {
    const platforms = (status: string) =>
      (seenOf.get(story) ?? [])
        .filter((group) => group.status === status)
        .map(({ platform, n }) => ({ platform, runs: n }));
    return {
      runs: addUpRuns(runsOf.get(story) ?? []),
      devices: { failed: platforms('failed'), blocked: platforms('blocked'), passed: platforms('passed') },
    };
  };
}
