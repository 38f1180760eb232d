import { Migration } from '@mikro-orm/migrations';

// Frozen: what stores in the field were made with. A change of the schema is a new migration.

/** Whatever bugs are counted by stands in one index: their rows, which hold long texts, are not read for it. */
export class BugCounts extends Migration {
  override up(): void {
    this.addSql('drop index bugs_test_id_deleted_at_status_severity_index');
    this.addSql(
      `create index bugs_counts_index on bugs (test_id, deleted_at, status, severity, known, author_id, reported_at,
        status_changed_at, bug_type, rejection_reason, test_feature_id, feature_id)`.replace(/\s+/g, ' '),
    );
  }

  override down(): void {
    this.addSql('drop index bugs_counts_index');
    this.addSql(
      'create index bugs_test_id_deleted_at_status_severity_index on bugs (test_id, deleted_at, status, severity)',
    );
  }
}
