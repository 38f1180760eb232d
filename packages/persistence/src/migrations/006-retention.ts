import { Migration } from '@mikro-orm/migrations';

// Frozen: what stores in the field were made with. A change of the schema is a new migration.

/** How old tests may be of which a store keeps everything, and of which it keeps a head only. */
export class Retention extends Migration {
  override up(): void {
    this.addSql('alter table account add column retention_days integer null');
    this.addSql('alter table account add column has_traces integer not null default 0');
    this.addSql('alter table test_freshness add column forgotten_at bigint null');
  }

  override down(): void {
    this.addSql('alter table test_freshness drop column forgotten_at');
    this.addSql('alter table account drop column has_traces');
    this.addSql('alter table account drop column retention_days');
  }
}
