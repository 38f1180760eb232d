import { defineEntity, p } from '@mikro-orm/core';
import type { BugStatus, BugType } from '@testio-mcp/domain';
import { apiId, flag, instant, jsonText, lazyJsonText, text, whole } from './columns.ts';
import { attachmentColumns, deviceColumns } from './parts.ts';
import { PersonRow } from './people.ts';
import { TestRow } from './tests.ts';

/** Bugs (customer-api 8.9). */
export const BugRow = defineEntity({
  name: 'BugRow',
  tableName: 'bugs',
  indexes: [
    // Whatever bugs are counted by is answered from this index alone.
    {
      name: 'bugs_counts_index',
      properties: [
        'test',
        'deletedAt',
        'status',
        'severity',
        'known',
        'author',
        'reportedAt',
        'statusChangedAt',
        'bugType',
        'rejectionReason',
        'testFeatureId',
        'featureId',
      ],
    },
    { properties: ['status', 'reportedAt'] },
    { properties: ['reportedAt', 'id'] },
    // Walking through changes, and telling of which kind they are, reads this index alone.
    { properties: ['changeNumber', 'changedAt', 'firstChangeNumber', 'statusChangeNumber'] },
  ],
  properties: {
    id: apiId(),
    test: () => p.manyToOne(TestRow).index(false),
    /** The snapshot it was filed against. Not a foreign key: a bug may name one that its test no longer lists. */
    testFeatureId: whole().nullable().index(),
    /** The product's feature as the bug itself names it. Not a foreign key, for the same reason. */
    featureId: whole().nullable().index(),
    author: () => p.manyToOne(PersonRow).nullable().index(),
    title: text().nullable(),
    /** The API's word. */
    severity: text().nullable(),
    /** domain, severityRank: 3 critical … 0 no level. */
    severityRank: whole(),
    bugType: p.text().$type<BugType>(),
    /** domain, classifyBugStatus. */
    status: p.text().$type<BugStatus>(),
    /** The API's word. */
    apiStatus: text().nullable(),
    known: flag(),
    fixed: flag().nullable(),
    exportedAt: instant().nullable(),
    externalIdx: text().nullable().index(),
    language: text().nullable(),
    /** domain, findRejectionReason; null unless rejected. */
    rejectionReason: text().nullable(),
    reportedAt: instant().nullable(),
    firstSeenAt: instant(),
    /** When a sync saw the status change; null while it has kept its first status. */
    statusChangedAt: instant().nullable(),
    deletedAt: instant().nullable(),
    changeNumber: whole(),
    location: text().nullable(),
    expectedResult: text().nullable(),
    actualResult: text().nullable(),
    /** JSON array of texts; null for custom reports. */
    steps: jsonText().nullable(),
    /** JSON of domain's CustomReport. */
    report: jsonText().nullable(),
    rawJson: lazyJsonText(),
    /** When it got its change number. */
    changedAt: instant().defaultRaw('0'),
    /** The change number it came with; 0 when it came before that was kept. */
    firstChangeNumber: whole().default(0),
    /** The change number with which a sync saw its status change; null while it has kept its first status. */
    statusChangeNumber: whole().nullable(),
  },
});

export const BugDeviceRow = defineEntity({
  name: 'BugDeviceRow',
  tableName: 'bug_devices',
  properties: {
    bug: () => p.manyToOne(BugRow).primary().index(false),
    ...deviceColumns(),
  },
});

/** Tester and customer talk. Untrusted text. */
export const BugCommentRow = defineEntity({
  name: 'BugCommentRow',
  tableName: 'bug_comments',
  properties: {
    bug: () => p.manyToOne(BugRow).primary().index(false),
    position: whole().primary(),
    commentId: whole(),
    body: text().nullable(),
    author: text().nullable(),
  },
});

export const BugAttachmentRow = defineEntity({
  name: 'BugAttachmentRow',
  tableName: 'bug_attachments',
  properties: {
    bug: () => p.manyToOne(BugRow).primary().index(false),
    ...attachmentColumns(),
  },
});

/** Reasons for rejection, as the API last listed them. */
export const RejectReasonRow = defineEntity({
  name: 'RejectReasonRow',
  tableName: 'reject_reasons',
  properties: {
    key: p.text().primary(),
    name: text().nullable(),
    defaultComment: text().nullable(),
  },
});
