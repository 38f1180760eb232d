import { Migration } from '@mikro-orm/migrations';

// Frozen: what stores in the field were made with. A change of the schema is a new migration.

const TABLE = `create table search_documents (
  id integer not null primary key, kind text not null, entity_id integer not null, at bigint, scope text not null,
  title text, body text
)`;

/** Documents of what a store holds already. 281474976710656 is 2 to the power of 48. */
const DOCUMENTS: readonly string[] = [
  `select 5 * 281474976710656 + id, 'product', id, null, 'product p' || id, title, description
  from products where deleted_at is null`,
  `select 4 * 281474976710656 + id, 'feature', id, null,
    'feature' || coalesce((select group_concat(word, '') from (
      select distinct ' p' || product_id as word from product_features
      where feature_id = features.id and deleted_at is null order by product_id)), ''),
    title, nullif(concat_ws(char(10), description, how_to_find), '')
  from features where deleted_at is null`,
  `select 3 * 281474976710656 + id, 'test', id, end_at, 'test p' || product_id, title,
    nullif(concat_ws(char(10), goal, instructions, out_of_scope), '')
  from tests where deleted_at is null`,
  `select 1 * 281474976710656 + bugs.id, 'bug', bugs.id, reported_at, 'bug p' || product_id, bugs.title,
    nullif(concat_ws(char(10),
      (select group_concat(value, char(10)) from json_each(steps)), actual_result, expected_result, location,
      report ->> '$.title',
      (select group_concat(value ->> '$.value', char(10)) from json_each(report, '$.fields'))), '')
  from bugs join tests on tests.id = test_id where bugs.deleted_at is null and tests.deleted_at is null`,
  `select 2 * 281474976710656 + id, 'user_story', id, null,
    'userstory' || coalesce((select group_concat(word, '') from (
      select distinct ' p' || product_id as word from (
        select product_id from product_features where feature_id = user_stories.feature_id and deleted_at is null
        union select user_stories.product_id where user_stories.product_id is not null)
      order by product_id)), ''),
    coalesce(title, path), case when path is not coalesce(title, path) then path end
  from user_stories where deleted_at is null`,
];

/**
 * An external-content index: it holds words, the documents hold the texts. Beginnings of two and three letters have lists of
 * their own: without them such a search puts the lists of all words together first, which takes seconds in a large store.
 */
const INDEX = `create virtual table search_fts using fts5(
  scope, title, body, content='search_documents', content_rowid='id', tokenize='unicode61 remove_diacritics 2',
  prefix='2 3'
)`;

// An index of external content has to be told the old text of a row that goes: it does not keep it.
const INSERTED = `create trigger search_documents_inserted after insert on search_documents begin
  insert into search_fts (rowid, scope, title, body) values (new.id, new.scope, new.title, new.body);
end`;
const DELETED = `create trigger search_documents_deleted after delete on search_documents begin
  insert into search_fts (search_fts, rowid, scope, title, body)
    values ('delete', old.id, old.scope, old.title, old.body);
end`;
const UPDATED = `create trigger search_documents_updated after update on search_documents
when old.scope is not new.scope or old.title is not new.title or old.body is not new.body begin
  insert into search_fts (search_fts, rowid, scope, title, body)
    values ('delete', old.id, old.scope, old.title, old.body);
  insert into search_fts (rowid, scope, title, body) values (new.id, new.scope, new.title, new.body);
end`;

/** Full-text search, with everything in it that the store holds. */
export class Search extends Migration {
  override up(): void {
    this.addSql(TABLE.replace(/\s+/g, ' '));
    for (const documents of DOCUMENTS) {
      this.addSql(`insert into search_documents (id, kind, entity_id, at, scope, title, body) ${documents}`);
    }
    this.addSql(INDEX);
    // Building the index at once takes half the time of doing it through the triggers.
    this.addSql("insert into search_fts (search_fts) values ('rebuild')");
    for (const trigger of [INSERTED, DELETED, UPDATED]) this.addSql(trigger);
  }

  override down(): void {
    // The triggers go with their table.
    this.addSql('drop table search_fts');
    this.addSql('drop table search_documents');
  }
}
