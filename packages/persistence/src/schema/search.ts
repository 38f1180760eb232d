import { defineEntity, p } from '@mikro-orm/core';
import type { SearchKind } from '../sqlite/search-index.ts';
import { apiId, instant, text, whole } from './columns.ts';

/**
 * What search reads: one row per living product, feature, test, bug and user story. The full-text index `search_fts` has the
 * words of these rows; triggers on this table, and on no other, keep it equal (spec/toolchain 5). Derived from the other
 * tables by the write path, so its rows are not domain rows.
 */
export const SearchDocumentRow = defineEntity({
  name: 'SearchDocumentRow',
  tableName: 'search_documents',
  properties: {
    /** Made of kind and entity id (sqlite/search-index, documentId): the row id of both tables. */
    id: apiId(),
    kind: p.text().$type<SearchKind>(),
    entityId: whole(),
    /** When it happened: the end of a test, the report of a bug. Null for what has no date. */
    at: instant().nullable(),
    /** Words to filter by: the kind, and `p` with its id for every product it belongs to. */
    scope: text(),
    title: text().nullable(),
    /** Its other texts, one after another; null when it has none. */
    body: text().nullable(),
  },
});
