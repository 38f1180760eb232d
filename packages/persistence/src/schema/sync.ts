import { defineEntity, p } from '@mikro-orm/core';
import { apiId, flag, instant, jsonText, text, whole } from './columns.ts';
import { OUTCOME_STATUS, RUN_STATUS, type SyncOutcomeStatus, type SyncRunStatus } from './words.ts';

/** The one account this store is a copy of. A single row with id 1. */
export const AccountRow = defineEntity({
  name: 'AccountRow',
  tableName: 'account',
  properties: {
    id: apiId(),
    /** The API this store was filled from; staging and production never share a store. */
    apiBaseUrl: text().nullable(),
    createdAt: instant(),
    /** When the product list was last read. */
    productsListedAt: instant().nullable(),
    rejectReasonsAt: instant().nullable(),
    /** The last change number given to a test or bug. Only grows. */
    changeNumber: whole(),
    /** What pseudonyms are made with; kept when they are switched off, so that they are the same when switched on again. */
    pseudonymSalt: text().nullable(),
    /** Whether testers are kept under pseudonyms. */
    pseudonymised: flag().default(0),
    /** Tests that ended longer ago are kept as a head; null: all are kept whole. */
    retentionDays: whole().nullable(),
    /** What was forgotten, or replaced by pseudonyms, may still stand in the free space of the file. */
    hasTraces: flag().default(0),
  },
});

// No blanks after the commas: MikroORM cuts the constraints of a table at ", " when it compares schemas.
function oneOf(words: readonly string[]): string {
  return `status in (${words.map((word) => `'${word}'`).join(',')})`;
}

/** One row per sync run. */
export const SyncRunRow = defineEntity({
  name: 'SyncRunRow',
  tableName: 'sync_runs',
  checks: [{ name: 'sync_runs_status_check', expression: oneOf(RUN_STATUS) }],
  indexes: [{ properties: ['startedAt'] }, { properties: ['status', 'finishedAt'] }],
  properties: {
    id: p.integer().primary().autoincrement(),
    status: p.text().$type<SyncRunStatus>(),
    /** initial, incremental, full, … */
    mode: text(),
    /** Who asked: cli, server, demo, … */
    trigger: text(),
    /** JSON: product ids, or null for all. */
    scope: jsonText(),
    startedAt: instant(),
    finishedAt: instant().nullable(),
    requests: whole(),
    /** Domain rows only. */
    rowsWritten: whole(),
    /** JSON of domain's ErrorReport. */
    error: jsonText().nullable(),
  },
});

/** How each phase of each product ended. `product_key` is 0 for phases of the whole account. */
export const SyncOutcomeRow = defineEntity({
  name: 'SyncOutcomeRow',
  tableName: 'sync_outcomes',
  checks: [{ name: 'sync_outcomes_status_check', expression: oneOf(OUTCOME_STATUS) }],
  // Every answer asks how the last run that touched a product ended.
  indexes: [{ properties: ['productKey', 'run'] }],
  properties: {
    run: () => p.manyToOne(SyncRunRow).primary().index(false),
    productKey: whole().primary(),
    phase: p.text().primary(),
    status: p.text().$type<SyncOutcomeStatus>(),
    /** Things read: products, features, tests, bugs. */
    items: whole(),
    rowsWritten: whole(),
    /** JSON of domain's ErrorReport. */
    error: jsonText().nullable(),
    finishedAt: instant(),
  },
});

/** What could not be read, under a key that is the same in every run that meets it. Closed once it could be read. */
export const SyncFailureRow = defineEntity({
  name: 'SyncFailureRow',
  tableName: 'sync_failures',
  indexes: [{ properties: ['productId', 'closedAt'] }],
  properties: {
    key: p.text().primary(),
    /** test_position, test_details, bugs, features, … */
    kind: text(),
    productId: whole().nullable(),
    testId: whole().nullable(),
    /** Position in the product's test list, from 0, when it was last met. */
    position: whole().nullable(),
    /** Neighbours by position: the unreadable test ended between them. */
    beforeTestId: whole().nullable(),
    beforeEndAt: instant().nullable(),
    afterTestId: whole().nullable(),
    afterEndAt: instant().nullable(),
    code: text(),
    message: text(),
    upstreamStatus: whole().nullable(),
    occurrences: whole(),
    firstSeenAt: instant(),
    lastSeenAt: instant(),
    closedAt: instant().nullable(),
  },
});

/** The right to write, held by one process at a time. Always on the real clock. */
export const SyncLeaseRow = defineEntity({
  name: 'SyncLeaseRow',
  tableName: 'sync_lease',
  properties: {
    name: p.text().primary(),
    owner: text(),
    /** Fence: grows with every change of hands. */
    token: whole(),
    acquiredAt: instant(),
    heartbeatAt: instant(),
    expiresAt: instant(),
  },
});
