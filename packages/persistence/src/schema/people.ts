import { defineEntity, p } from '@mikro-orm/core';
import type { PersonKind } from '@testio-mcp/domain';
import { apiId, instant, text } from './columns.ts';

/** Testers and customer users, known by name only. The id is derived from kind and name (domain, personId). */
export const PersonRow = defineEntity({
  name: 'PersonRow',
  tableName: 'people',
  uniques: [{ properties: ['kind', 'name'] }],
  properties: {
    id: apiId(),
    kind: p.text().$type<PersonKind>(),
    name: text(),
    firstSeenAt: instant(),
  },
});
