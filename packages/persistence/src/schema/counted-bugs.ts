import { defineEntity, p } from '@mikro-orm/core';
import { flag, instant, text, whole } from './columns.ts';

/**
 * Everything that living bugs are counted by, in small numbers, one test after the other: a question about all bugs of an account reads
 * and sorts these. Triggers keep it in step with bugs, their devices and the snapshots of features; nothing else writes it.
 */
export const CountedBugRow = defineEntity({
  name: 'CountedBugRow',
  tableName: 'counted_bugs',
  properties: {
    // Not foreign keys: the triggers know when a bug goes.
    testId: whole().primary(),
    bugId: whole().primary(),
    /** The place of the word in COUNTED_STATUSES. */
    status: whole(),
    /** The place of the word in COUNTED_SEVERITIES. */
    severity: whole(),
    known: flag(),
    authorId: whole().nullable(),
    /** The feature that its snapshot copies, else the one that it names itself. */
    featureId: whole().nullable(),
    deviceSetId: whole(),
    reportedAt: instant().nullable(),
    statusChangedAt: instant().nullable(),
    rejectionReason: text().nullable(),
  },
});

/** What the devices of bugs name together. Most accounts know some dozens. */
export const DeviceSetRow = defineEntity({
  name: 'DeviceSetRow',
  tableName: 'device_sets',
  uniques: [{ properties: ['pairs'] }],
  properties: {
    id: p.integer().primary(),
    /** JSON array of pairs of operating system and browser, null for none; sorted, each once. */
    pairs: text(),
  },
});
