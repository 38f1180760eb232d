import Database from 'better-sqlite3';
import type { FilledStore } from './filled-store.ts';

/** The rows of three answers, read by prepared statements and nothing else: the least that any program does for them. */
export interface RawFloor {
  readonly list_products: () => void;
  readonly list_tests: () => void;
  readonly get_test_summary: () => void;
  close(): void;
}

export function openRawFloor({ file }: FilledStore, testId: number): RawFloor {
  const db = new Database(file, { readonly: true });
  const [
    products,
    testFigures,
    featureFigures,
    bugFigures,
    tests,
    testTotal,
    bugsOfTests,
    test,
    features,
    stories,
    bugs,
    devices,
  ] = [
    'select id, title, type, description from products where deleted_at is null order by title collate nocase, id limit 50',
    `select product_id, count(*), count(*) filter (where status = 'running'), max(end_at) from tests
      where deleted_at is null and product_id in (select value from json_each(?)) group by product_id`,
    `select product_id, count(distinct feature_id) from product_features
      where deleted_at is null and product_id in (select value from json_each(?)) group by product_id`,
    `select t.product_id, count(*), count(*) filter (where b.status = 'open') from tests as t join bugs as b on b.test_id = t.id
      where t.deleted_at is null and b.deleted_at is null and t.product_id in (select value from json_each(?)) group by t.product_id`,
    `select t.id, t.title, t.status, t.testing_type, t.review_status, t.start_at, t.end_at, p.id as product_id, p.title as product
      from tests as t join products as p on p.id = t.product_id
      where t.deleted_at is null order by t.end_at desc, t.id desc limit 100`,
    'select count(*) from tests where deleted_at is null',
    `select test_id, status, severity, count(*) from bugs where deleted_at is null and test_id in (select value from json_each(?))
      group by test_id, status, severity`,
    `select t.id, t.title, t.status, t.testing_type, t.review_status, t.start_at, t.end_at, t.goal, t.instructions, t.out_of_scope,
      p.id as product_id, p.title as product from tests as t join products as p on p.id = t.product_id where t.id = ?`,
    'select id, feature_id, title, description from test_features where test_id = ? and deleted_at is null order by position',
    `select s.test_feature_id, s.user_story_id, s.title, s.execution_status from test_features as f
      join test_stories as s on s.test_feature_id = f.id where f.test_id = ?`,
    `select status, severity, bug_type, count(*) from bugs where test_id = ? and deleted_at is null group by status, severity, bug_type`,
    `select d.os_name, count(distinct b.id) from bugs as b join bug_devices as d on d.bug_id = b.id
      where b.test_id = ? and b.deleted_at is null group by d.os_name`,
  ].map((sql) => db.prepare(sql)) as Database.Statement[];
  const idsOf = (rows: readonly unknown[]) => JSON.stringify(rows.map((row) => (row as { id: number }).id));
  return {
    list_products() {
      const ids = idsOf(products?.all() ?? []);
      for (const statement of [testFigures, featureFigures, bugFigures]) statement?.all(ids);
    },
    list_tests() {
      const ids = idsOf(tests?.all() ?? []);
      testTotal?.all();
      bugsOfTests?.all(ids);
    },
    get_test_summary() {
      for (const statement of [test, features, stories, bugs, devices]) statement?.all(testId);
    },
    close: () => void db.close(),
  };
}
