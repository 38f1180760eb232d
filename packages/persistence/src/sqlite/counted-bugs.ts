import { COUNTED_SEVERITIES, COUNTED_STATUSES } from '../counted-words.ts';

/** What stands beside the living bugs to count them by, as texts. */
const KEPT = `
  select c.test_id, c.bug_id, ${worded('c.status', COUNTED_STATUSES)}, ${worded('c.severity', COUNTED_SEVERITIES)},
    c.known, c.author_id, c.feature_id, s.pairs, c.reported_at, c.status_changed_at, c.rejection_reason
  from counted_bugs as c left join device_sets as s on s.id = c.device_set_id`;

/** What should stand there. */
const TRUE = `
  select b.test_id, b.id, b.status,
    case when b.severity in (${COUNTED_SEVERITIES.map((word) => `'${word}'`).join(', ')}) then b.severity else 'other' end,
    b.known, b.author_id, coalesce(f.feature_id, b.feature_id), coalesce(d.pairs, '[[null,null]]'),
    b.reported_at, b.status_changed_at, b.rejection_reason
  from bugs as b
  left join test_features as f on f.id = b.test_feature_id
  left join (
    select bug_id, json_group_array(json_array(os, browser)) as pairs from (
      select distinct of.bug_id, nullif(trim(of.os_name), '') as os, nullif(trim(x.value), '') as browser
      from bug_devices as of left join json_each(of.browsers) as x order by 1, 2, 3)
    group by bug_id
  ) as d on d.bug_id = b.id
  where b.deleted_at is null`;

/** How many bugs are counted otherwise than they are: one row. */
export const COUNTED_WRONGLY = `
  select count(distinct bug_id) as n from (
    select * from (${KEPT} except ${TRUE}) union all select * from (${TRUE} except ${KEPT}))`;

function worded(column: string, words: readonly string[]): string {
  return `case ${column} ${words.map((word, place) => `when ${place} then '${word}'`).join(' ')} end`;
}
