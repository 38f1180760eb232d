import { Migration } from '@mikro-orm/migrations';

// Frozen: what stores in the field were made with. A change of the schema is a new migration.

const TABLES = ['tests', 'bugs'] as const;
const INDEX = 'change_number_changed_at_first_change_number_status_change_number_index';

/** What tells of which kind a change was, and when it was seen, exactly: the number a row came with, and its newest instant. */
export class Changes extends Migration {
  override up(): void {
    for (const table of TABLES) {
      this.addSql(`alter table ${table} add column changed_at bigint not null default 0`);
      this.addSql(`alter table ${table} add column first_change_number integer not null default 0`);
      this.addSql(`alter table ${table} add column status_change_number integer null`);
      // The newest instant that is known of what the store holds already.
      this.addSql(
        `update ${table} set changed_at = max(first_seen_at, coalesce(status_changed_at, 0), coalesce(deleted_at, 0))`,
      );
      this.addSql(`drop index ${table}_change_number_index`);
      this.addSql(
        `create index ${table}_${INDEX} on ${table}
          (change_number, changed_at, first_change_number, status_change_number)`.replace(/\s+/g, ' '),
      );
    }
  }

  override down(): void {
    for (const table of TABLES) {
      this.addSql(`drop index ${table}_${INDEX}`);
      for (const column of ['status_change_number', 'first_change_number', 'changed_at']) {
        this.addSql(`alter table ${table} drop column ${column}`);
      }
      this.addSql(`create index ${table}_change_number_index on ${table} (change_number)`);
    }
  }
}
