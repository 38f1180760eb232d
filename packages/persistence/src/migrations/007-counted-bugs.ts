import { Migration } from '@mikro-orm/migrations';

// Frozen: what stores in the field were made with. A change of the schema is a new migration.

const TABLES: readonly string[] = [
  'create table device_sets (id integer not null primary key autoincrement, pairs text not null)',
  'create unique index device_sets_pairs_unique on device_sets (pairs)',
  // What a bug without devices was seen on.
  "insert into device_sets (id, pairs) values (1, '[[null,null]]')",
  `create table counted_bugs (
    test_id integer not null, bug_id integer not null, status integer not null, severity integer not null,
    known integer not null, author_id integer null, feature_id integer null, device_set_id integer not null,
    reported_at bigint null, status_changed_at bigint null, rejection_reason text null, primary key (test_id, bug_id)
  ) without rowid`,
];

/** The systems and browsers that the devices of a bug name, each pair once, as JSON. A device that does not name one has null. */
function pairsOf(bugId: string): string {
  return `coalesce(nullif((
    select json_group_array(json_array(os, browser)) from (
      select distinct nullif(trim(d.os_name), '') as os, nullif(trim(x.value), '') as browser
      from bug_devices as d left join json_each(d.browsers) as x where d.bug_id = ${bugId} order by 1, 2)
    ), '[]'), '[[null,null]]')`;
}

const COLUMNS = `test_id, bug_id, status, severity, known, author_id, feature_id, device_set_id, reported_at,
  status_changed_at, rejection_reason`;

/** The columns of a bug's row in counted_bugs. */
function counted(bug: string): string {
  return `${bug}.test_id, ${bug}.id,
    case ${bug}.status when 'open' then 0 when 'accepted' then 1 when 'auto_accepted' then 2 when 'rejected' then 3 else 4 end,
    case ${bug}.severity when 'critical' then 0 when 'high' then 1 when 'low' then 2 when 'visual' then 3
      when 'content' then 4 when 'custom' then 5 else 6 end,
    ${bug}.known, ${bug}.author_id,
    coalesce((select feature_id from test_features where id = ${bug}.test_feature_id), ${bug}.feature_id),
    coalesce((select id from device_sets where pairs = ${pairsOf(`${bug}.id`)}), 1),
    ${bug}.reported_at, ${bug}.status_changed_at, ${bug}.rejection_reason`;
}

const FILLED: readonly string[] = [
  `insert into device_sets (pairs)
    select distinct ${pairsOf('of.bug_id')} as pairs from (select distinct bug_id from bug_devices) as of
    where true on conflict (pairs) do nothing`,
  `insert into counted_bugs (${COLUMNS}) select ${counted('b')} from bugs as b where b.deleted_at is null`,
];

const WATCHED =
  'test_id deleted_at status severity known author_id test_feature_id feature_id reported_at status_changed_at rejection_reason'.split(
    ' ',
  );

const GONE = 'delete from counted_bugs where test_id = old.test_id and bug_id = old.id;';
const COUNTED = `insert into counted_bugs (${COLUMNS}) select ${counted('new')} where new.deleted_at is null;`;

// Sets that no living bug is counted by may be gone.
const SET_THERE = `insert into device_sets (pairs) select ${pairsOf('new.id')} where new.deleted_at is null
  on conflict (pairs) do nothing;`;

const OF_BUGS: readonly string[] = [
  `create trigger bugs_counted_inserted after insert on bugs when new.deleted_at is null begin ${COUNTED} end`,
  `create trigger bugs_counted_updated after update of ${WATCHED.join(', ')} on bugs
    when ${WATCHED.map((column) => `new.${column} is not old.${column}`).join(' or ')} begin ${GONE} ${SET_THERE} ${COUNTED} end`,
  `create trigger bugs_counted_deleted after delete on bugs begin ${GONE} end`,
];

function deviceTrigger(name: string, event: string, row: 'old' | 'new', when: string): string {
  const bug = `${row}.bug_id`;
  return `create trigger bug_devices_counted_${name} after ${event} on bug_devices ${when} begin
    insert into device_sets (pairs) select ${pairsOf(bug)} where true on conflict (pairs) do nothing;
    update counted_bugs set device_set_id = (select id from device_sets where pairs = ${pairsOf(bug)})
      where bug_id = ${bug} and test_id = (select test_id from bugs where id = ${bug});
  end`;
}

const OF_DEVICES: readonly string[] = [
  deviceTrigger('inserted', 'insert', 'new', ''),
  deviceTrigger(
    'updated',
    'update of os_name, browsers',
    'new',
    'when new.os_name is not old.os_name or new.browsers is not old.browsers',
  ),
  deviceTrigger('deleted', 'delete', 'old', ''),
];

// A bug is counted under the feature that its snapshot copies, also when the snapshot comes after the bug.
function featureTrigger(name: string, event: string, row: 'old' | 'new', feature: string): string {
  return `create trigger test_features_counted_${name} after ${event} begin
    update counted_bugs
      set feature_id = coalesce(${feature}, (select feature_id from bugs where id = counted_bugs.bug_id))
      where (test_id, bug_id) in (select test_id, id from bugs where test_feature_id = ${row}.id);
  end`;
}

const OF_FEATURES: readonly string[] = [
  featureTrigger('inserted', 'insert on test_features when new.feature_id is not null', 'new', 'new.feature_id'),
  featureTrigger(
    'updated',
    'update of feature_id on test_features when new.feature_id is not old.feature_id',
    'new',
    'new.feature_id',
  ),
  featureTrigger('deleted', 'delete on test_features', 'old', 'null'),
];

const TRIGGERS = [...OF_BUGS, ...OF_DEVICES, ...OF_FEATURES];

const TESTS_INDEX = `create index tests_counts_index on tests (id, deleted_at, status, end_at, product_id, section_id,
  environment_id, created_by_id, submitted_by_id, testing_type)`;

/**
 * Whatever bugs are grouped by stands in small numbers beside them, by test, and so do the features of tests and all that tests
 * are grouped by: their rows, which hold long texts, are not read for it.
 */
export class CountedBugs extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...FILLED, ...TRIGGERS, TESTS_INDEX]) this.addSql(oneLine(statement));
    this.addSql('drop index test_features_test_id_index');
    this.addSql(
      'create index test_features_test_id_feature_id_deleted_at_index on test_features (test_id, feature_id, deleted_at)',
    );
  }

  override down(): void {
    this.addSql('drop index test_features_test_id_feature_id_deleted_at_index');
    this.addSql('create index test_features_test_id_index on test_features (test_id)');
    this.addSql('drop index tests_counts_index');
    for (const trigger of TRIGGERS) this.addSql(`drop trigger ${/^create trigger (\w+)/.exec(trigger)?.[1]}`);
    this.addSql('drop table counted_bugs');
    this.addSql('drop table device_sets');
  }
}

function oneLine(statement: string): string {
  return statement.replace(/\s+/g, ' ');
}
