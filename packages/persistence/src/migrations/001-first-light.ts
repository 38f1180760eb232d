import { Migration } from '@mikro-orm/migrations';

// Frozen: what stores in the field were made with. A change of the schema is a new migration.

const TABLES: readonly string[] = [
  `create table account (
    id integer not null primary key, api_base_url text, created_at bigint not null, products_listed_at bigint,
    reject_reasons_at bigint, change_number integer not null
  )`,
  `create table products (
    id integer not null primary key, title text, description text, type text, default_section_id integer,
    has_sections integer not null, connection_id integer, connection_name text, first_seen_at bigint not null,
    deleted_at bigint
  )`,
  `create table sections (
    id integer not null primary key, product_id integer not null, title text, is_default integer not null,
    first_seen_at bigint not null, deleted_at bigint,
    constraint sections_product_id_foreign foreign key (product_id) references products (id)
  )`,
  'create index sections_product_id_index on sections (product_id)',
  `create table features (
    id integer not null primary key, title text, description text, how_to_find text, first_seen_at bigint not null,
    deleted_at bigint
  )`,
  `create table product_features (
    product_id integer not null, feature_id integer not null, section_key integer not null, deleted_at bigint,
    primary key (product_id, feature_id, section_key),
    constraint product_features_product_id_foreign foreign key (product_id) references products (id),
    constraint product_features_feature_id_foreign foreign key (feature_id) references features (id)
  )`,
  'create index product_features_feature_id_index on product_features (feature_id)',
  `create table user_stories (
    id integer not null primary key, feature_id integer, product_id integer, position integer not null, title text,
    path text, first_seen_at bigint not null, deleted_at bigint,
    constraint user_stories_feature_id_foreign foreign key (feature_id) references features (id) on delete set null,
    constraint user_stories_product_id_foreign foreign key (product_id) references products (id) on delete set null
  )`,
  'create index user_stories_feature_id_index on user_stories (feature_id)',
  'create index user_stories_product_id_index on user_stories (product_id)',
  `create table test_templates (
    id integer not null primary key, product_id integer not null, title text, scenario text, min_duration integer,
    max_duration integer, default_duration integer, first_seen_at bigint not null, deleted_at bigint,
    constraint test_templates_product_id_foreign foreign key (product_id) references products (id)
  )`,
  'create index test_templates_product_id_index on test_templates (product_id)',
  `create table product_freshness (
    product_id integer not null primary key, metadata_at bigint, features_at bigint, tests_discovered_at bigint,
    tests_reconciled_at bigint,
    constraint product_freshness_product_id_foreign foreign key (product_id) references products (id)
      on update cascade on delete cascade
  )`,
  `create table people (
    id integer not null primary key, kind text not null, name text not null, first_seen_at bigint not null
  )`,
  'create unique index people_kind_name_unique on people (kind, name)',
  `create table test_environments (
    id integer not null primary key, title text, first_seen_at bigint not null
  )`,
  `create table tests (
    id integer not null primary key, product_id integer not null, section_id integer, environment_id integer,
    created_by_id integer, submitted_by_id integer, title text, status text, testing_type text, review_status text,
    start_at bigint, end_at bigint, enable_low integer, enable_high integer, enable_critical integer,
    report_language text, demo integer, first_seen_at bigint not null, status_changed_at bigint, deleted_at bigint,
    change_number integer not null, allowed_bug_types text not null, goal text, instructions text,
    out_of_scope text, raw_json text not null,
    constraint tests_product_id_foreign foreign key (product_id) references products (id),
    constraint tests_environment_id_foreign foreign key (environment_id) references test_environments (id) on delete set null,
    constraint tests_created_by_id_foreign foreign key (created_by_id) references people (id) on delete set null,
    constraint tests_submitted_by_id_foreign foreign key (submitted_by_id) references people (id) on delete set null
  )`,
  'create index tests_section_id_index on tests (section_id)',
  'create index tests_environment_id_index on tests (environment_id)',
  'create index tests_created_by_id_index on tests (created_by_id)',
  'create index tests_submitted_by_id_index on tests (submitted_by_id)',
  'create index tests_product_id_end_at_id_index on tests (product_id, end_at, id)',
  'create index tests_product_id_deleted_at_status_end_at_index on tests (product_id, deleted_at, status, end_at)',
  'create index tests_status_end_at_id_index on tests (status, end_at, id)',
  'create index tests_end_at_id_index on tests (end_at, id)',
  'create index tests_change_number_index on tests (change_number)',
  `create table test_features (
    id integer not null primary key, test_id integer not null, feature_id integer, position integer not null,
    title text, description text, how_to_find text, target_idx text, enable_default integer not null,
    enable_content integer not null, enable_visual integer not null, user_story_texts text not null,
    deleted_at bigint,
    constraint test_features_test_id_foreign foreign key (test_id) references tests (id)
  )`,
  'create index test_features_test_id_index on test_features (test_id)',
  'create index test_features_feature_id_index on test_features (feature_id)',
  `create table test_feature_metrics (
    test_feature_id integer not null primary key, execution_status text, tester_count integer, bugs_found integer,
    constraint test_feature_metrics_test_feature_id_foreign foreign key (test_feature_id)
      references test_features (id) on update cascade on delete cascade
  )`,
  `create table test_stories (
    test_feature_id integer not null, position integer not null, user_story_id integer not null, version_id integer,
    title text, path text, execution_status text, tested_by_count integer, bugs_found integer,
    primary key (test_feature_id, position),
    constraint test_stories_test_feature_id_foreign foreign key (test_feature_id) references test_features (id)
  )`,
  'create index test_stories_user_story_id_index on test_stories (user_story_id)',
  'create index test_stories_version_id_index on test_stories (version_id)',
  `create table test_requirements (
    test_id integer not null, position integer not null, requirement_id integer, category_key text,
    category_name text, os_id integer, os_key text, os_name text, min_version text, max_version text, vendor text,
    devices text not null, browsers text not null,
    primary key (test_id, position),
    constraint test_requirements_test_id_foreign foreign key (test_id) references tests (id)
  )`,
  'create index test_requirements_os_id_index on test_requirements (os_id)',
  `create table test_attachments (
    test_id integer not null, position integer not null, attachment_id integer not null, url text,
    content_type text, filename text, size integer,
    primary key (test_id, position),
    constraint test_attachments_test_id_foreign foreign key (test_id) references tests (id)
  )`,
  `create table test_analytics (
    test_id integer not null primary key, testers_count integer, devices_count integer, total_features integer,
    tested_features integer, passed_features integer, failed_features integer, total_user_stories integer,
    tested_user_stories integer, passed_user_stories integer, failed_user_stories integer,
    blocked_user_stories integer, total_bugs integer,
    constraint test_analytics_test_id_foreign foreign key (test_id) references tests (id)
      on update cascade on delete cascade
  )`,
  `create table test_freshness (
    test_id integer not null primary key, listed_at bigint not null, details_at bigint, executions_at bigint,
    bugs_at bigint,
    constraint test_freshness_test_id_foreign foreign key (test_id) references tests (id)
      on update cascade on delete cascade
  )`,
  `create table bugs (
    id integer not null primary key, test_id integer not null, test_feature_id integer, feature_id integer,
    author_id integer, title text, severity text, severity_rank integer not null, bug_type text not null,
    status text not null, api_status text, known integer not null, fixed integer, exported_at bigint,
    external_idx text, language text, rejection_reason text, reported_at bigint, first_seen_at bigint not null,
    status_changed_at bigint, deleted_at bigint, change_number integer not null, location text,
    expected_result text, actual_result text, steps text, report text, raw_json text not null,
    constraint bugs_test_id_foreign foreign key (test_id) references tests (id),
    constraint bugs_author_id_foreign foreign key (author_id) references people (id) on delete set null
  )`,
  'create index bugs_test_feature_id_index on bugs (test_feature_id)',
  'create index bugs_feature_id_index on bugs (feature_id)',
  'create index bugs_author_id_index on bugs (author_id)',
  'create index bugs_external_idx_index on bugs (external_idx)',
  'create index bugs_test_id_deleted_at_status_severity_index on bugs (test_id, deleted_at, status, severity)',
  'create index bugs_status_reported_at_index on bugs (status, reported_at)',
  'create index bugs_reported_at_id_index on bugs (reported_at, id)',
  'create index bugs_change_number_index on bugs (change_number)',
  `create table bug_devices (
    bug_id integer not null, position integer not null, category_key text, category_name text, vendor text,
    model text, os_key text, os_name text, os_version text, browsers text not null,
    primary key (bug_id, position),
    constraint bug_devices_bug_id_foreign foreign key (bug_id) references bugs (id)
  )`,
  `create table bug_comments (
    bug_id integer not null, position integer not null, comment_id integer not null, body text, author text,
    primary key (bug_id, position),
    constraint bug_comments_bug_id_foreign foreign key (bug_id) references bugs (id)
  )`,
  `create table bug_attachments (
    bug_id integer not null, position integer not null, attachment_id integer not null, url text, content_type text,
    filename text, size integer,
    primary key (bug_id, position),
    constraint bug_attachments_bug_id_foreign foreign key (bug_id) references bugs (id)
  )`,
  `create table reject_reasons (
    "key" text not null primary key, name text, default_comment text
  )`,
  `create table executions (
    id integer not null primary key, test_id integer not null, version_id integer not null, status text,
    comment text, executed_by text, executed_at bigint,
    constraint executions_test_id_foreign foreign key (test_id) references tests (id)
  )`,
  'create index executions_test_id_index on executions (test_id)',
  'create index executions_version_id_index on executions (version_id)',
  `create table execution_devices (
    execution_id integer not null, position integer not null, category_key text, category_name text, vendor text,
    model text, os_key text, os_name text, os_version text, browsers text not null,
    primary key (execution_id, position),
    constraint execution_devices_execution_id_foreign foreign key (execution_id) references executions (id)
  )`,
  `create table sync_runs (
    id integer not null primary key autoincrement, status text not null, mode text not null,
    "trigger" text not null, scope text not null, started_at bigint not null, finished_at bigint,
    requests integer not null, rows_written integer not null, error text,
    constraint sync_runs_status_check check (status in ('running','completed','partial','failed','cancelled'))
  )`,
  'create index sync_runs_started_at_index on sync_runs (started_at)',
  'create index sync_runs_status_finished_at_index on sync_runs (status, finished_at)',
  `create table sync_outcomes (
    run_id integer not null, product_key integer not null, phase text not null, status text not null,
    items integer not null, rows_written integer not null, error text, finished_at bigint not null,
    primary key (run_id, product_key, phase),
    constraint sync_outcomes_run_id_foreign foreign key (run_id) references sync_runs (id),
    constraint sync_outcomes_status_check check (status in ('completed','partial','failed','skipped'))
  )`,
  'create index sync_outcomes_product_key_run_id_index on sync_outcomes (product_key, run_id)',
  `create table sync_failures (
    "key" text not null primary key, kind text not null, product_id integer, test_id integer, position integer,
    before_test_id integer, before_end_at bigint, after_test_id integer, after_end_at bigint, code text not null,
    message text not null, upstream_status integer, occurrences integer not null, first_seen_at bigint not null,
    last_seen_at bigint not null, closed_at bigint
  )`,
  'create index sync_failures_product_id_closed_at_index on sync_failures (product_id, closed_at)',
  `create table sync_lease (
    name text not null primary key, owner text not null, token integer not null, acquired_at bigint not null,
    heartbeat_at bigint not null, expires_at bigint not null
  )`,
];

/** Every table, each before those it refers to. */
const DROP_ORDER: readonly string[] = [
  'sync_lease',
  'sync_failures',
  'sync_outcomes',
  'sync_runs',
  'execution_devices',
  'executions',
  'reject_reasons',
  'bug_attachments',
  'bug_comments',
  'bug_devices',
  'bugs',
  'test_freshness',
  'test_analytics',
  'test_attachments',
  'test_requirements',
  'test_stories',
  'test_feature_metrics',
  'test_features',
  'tests',
  'test_environments',
  'people',
  'product_freshness',
  'test_templates',
  'user_stories',
  'product_features',
  'features',
  'sections',
  'products',
  'account',
];

/** The first schema, with the one row that says what the store is a copy of. */
export class FirstLight extends Migration {
  override up(): void {
    // On one line: MikroORM finds constraints in the text of a table only there, and would see a difference.
    for (const statement of TABLES) this.addSql(statement.replace(/\s+/g, ' '));
    this.addSql(
      "insert into account (id, created_at, change_number) values (1, cast(unixepoch('subsec') * 1000 as integer), 0)",
    );
  }

  override down(): void {
    for (const table of DROP_ORDER) this.addSql(`drop table ${table}`);
  }
}
