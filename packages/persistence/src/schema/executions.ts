import { defineEntity, p } from '@mikro-orm/core';
import { apiId, instant, text, whole } from './columns.ts';
import { deviceColumns } from './parts.ts';
import { TestRow } from './tests.ts';

/** One tester's run of one user story in one test (customer-api 8.13). */
export const ExecutionRow = defineEntity({
  name: 'ExecutionRow',
  tableName: 'executions',
  properties: {
    id: apiId(),
    test: () => p.manyToOne(TestRow).index(),
    /** The story's copy in the test; known from the question, since the API's answer does not name it. */
    versionId: whole().index(),
    status: text().nullable(),
    comment: text().nullable(),
    executedBy: text().nullable(),
    executedAt: instant().nullable(),
  },
});

export const ExecutionDeviceRow = defineEntity({
  name: 'ExecutionDeviceRow',
  tableName: 'execution_devices',
  properties: {
    execution: () => p.manyToOne(ExecutionRow).primary().index(false),
    ...deviceColumns(),
  },
});
