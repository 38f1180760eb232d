import { Migration } from '@mikro-orm/migrations';

// Frozen: what stores in the field were made with. A change of the schema is a new migration.

/** Whether testers are kept under pseudonyms, and what these are made with. */
export class Pseudonyms extends Migration {
  override up(): void {
    this.addSql('alter table account add column pseudonym_salt text null');
    this.addSql('alter table account add column pseudonymised integer not null default 0');
  }

  override down(): void {
    this.addSql('alter table account drop column pseudonymised');
    this.addSql('alter table account drop column pseudonym_salt');
  }
}
