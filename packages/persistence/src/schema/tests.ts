import { defineEntity, p } from '@mikro-orm/core';
import { apiId, flag, instant, jsonText, lazyJsonText, text, whole } from './columns.ts';
import { attachmentColumns } from './parts.ts';
import { PersonRow } from './people.ts';
import { ProductRow } from './products.ts';

/** Test environments: id and title only, never anything that could be a credential (customer-api 7.5). */
export const TestEnvironmentRow = defineEntity({
  name: 'TestEnvironmentRow',
  tableName: 'test_environments',
  properties: {
    id: apiId(),
    title: text().nullable(),
    firstSeenAt: instant(),
  },
});

/** Exploratory tests (customer-api 8.8). */
export const TestRow = defineEntity({
  name: 'TestRow',
  tableName: 'tests',
  indexes: [
    { properties: ['product', 'endAt', 'id'] },
    // Counts by product and status are answered from this index alone.
    { properties: ['product', 'deletedAt', 'status', 'endAt'] },
    { properties: ['status', 'endAt', 'id'] },
    { properties: ['endAt', 'id'] },
    // Whatever tests are grouped by is answered from this index alone, in the order of their ids, which is that of counted bugs. It
    // begins with what nothing else looks for, so that no list of tests takes it for its own order.
    {
      name: 'tests_counts_index',
      properties: [
        'id',
        'deletedAt',
        'status',
        'endAt',
        'product',
        'sectionId',
        'environment',
        'createdBy',
        'submittedBy',
        'testingType',
      ],
    },
    // Walking through changes, and telling of which kind they are, reads this index alone.
    { properties: ['changeNumber', 'changedAt', 'firstChangeNumber', 'statusChangeNumber'] },
  ],
  properties: {
    id: apiId(),
    product: () => p.manyToOne(ProductRow).index(false),
    /** Not a foreign key: tests of sections that are gone keep their number. */
    sectionId: whole().nullable().index(),
    environment: () => p.manyToOne(TestEnvironmentRow).nullable().index(),
    createdBy: () => p.manyToOne(PersonRow).nullable().index(),
    submittedBy: () => p.manyToOne(PersonRow).nullable().index(),
    title: text().nullable(),
    status: text().nullable(),
    testingType: text().nullable(),
    reviewStatus: text().nullable(),
    startAt: instant().nullable(),
    endAt: instant().nullable(),
    enableLow: flag().nullable(),
    enableHigh: flag().nullable(),
    enableCritical: flag().nullable(),
    reportLanguage: text().nullable(),
    demo: flag().nullable(),
    firstSeenAt: instant(),
    /** When a sync saw the status change; null while it has kept its first status. */
    statusChangedAt: instant().nullable(),
    deletedAt: instant().nullable(),
    changeNumber: whole(),
    /** JSON array of texts. */
    allowedBugTypes: jsonText(),
    goal: text().nullable(),
    instructions: text().nullable(),
    outOfScope: text().nullable(),
    rawJson: lazyJsonText(),
    /** When it got its change number. */
    changedAt: instant().defaultRaw('0'),
    /** The change number it came with; 0 when it came before that was kept. */
    firstChangeNumber: whole().default(0),
    /** The change number with which a sync saw its status change; null while it has kept its first status. */
    statusChangeNumber: whole().nullable(),
  },
});

/** Feature snapshots of tests. Bugs point at them. */
export const TestFeatureRow = defineEntity({
  name: 'TestFeatureRow',
  tableName: 'test_features',
  // Which features tests include is answered from this index alone.
  indexes: [{ properties: ['test', 'featureId', 'deletedAt'] }],
  properties: {
    id: apiId(),
    test: () => p.manyToOne(TestRow).index(false),
    /** Not a foreign key: features can be deleted while snapshots stay. */
    featureId: whole().nullable().index(),
    position: whole(),
    title: text().nullable(),
    description: text().nullable(),
    howToFind: text().nullable(),
    targetIdx: text().nullable(),
    enableDefault: flag(),
    enableContent: flag(),
    enableVisual: flag(),
    /** JSON array of texts. */
    userStoryTexts: jsonText(),
    deletedAt: instant().nullable(),
  },
});

/** Execution metrics of a snapshot; only tests whose details were read have them. */
export const TestFeatureMetricsRow = defineEntity({
  name: 'TestFeatureMetricsRow',
  tableName: 'test_feature_metrics',
  properties: {
    testFeature: () => p.manyToOne(TestFeatureRow).primary().index(false),
    executionStatus: text().nullable(),
    testerCount: whole().nullable(),
    bugsFound: whole().nullable(),
  },
});

/** User stories as copied into a test, with their results; only tests whose details were read have them. */
export const TestStoryRow = defineEntity({
  name: 'TestStoryRow',
  tableName: 'test_stories',
  properties: {
    testFeature: () => p.manyToOne(TestFeatureRow).primary().index(false),
    position: whole().primary(),
    userStoryId: whole().index(),
    versionId: whole().nullable().index(),
    title: text().nullable(),
    path: text().nullable(),
    executionStatus: text().nullable(),
    testedByCount: whole().nullable(),
    bugsFound: whole().nullable(),
  },
});

/** Device scope of a test, one row per line. */
export const TestRequirementRow = defineEntity({
  name: 'TestRequirementRow',
  tableName: 'test_requirements',
  properties: {
    test: () => p.manyToOne(TestRow).primary().index(false),
    position: whole().primary(),
    requirementId: whole().nullable(),
    categoryKey: text().nullable(),
    categoryName: text().nullable(),
    osId: whole().nullable().index(),
    osKey: text().nullable(),
    osName: text().nullable(),
    minVersion: text().nullable(),
    maxVersion: text().nullable(),
    vendor: text().nullable(),
    /** JSON arrays of names. */
    devices: jsonText(),
    browsers: jsonText(),
  },
});

export const TestAttachmentRow = defineEntity({
  name: 'TestAttachmentRow',
  tableName: 'test_attachments',
  properties: {
    test: () => p.manyToOne(TestRow).primary().index(false),
    ...attachmentColumns(),
  },
});

/** `analytics` of a test (customer-api 8.8); only tests whose details were read have them. */
export const TestAnalyticsRow = defineEntity({
  name: 'TestAnalyticsRow',
  tableName: 'test_analytics',
  properties: {
    test: () => p.manyToOne(TestRow).primary().index(false),
    testersCount: whole().nullable(),
    devicesCount: whole().nullable(),
    totalFeatures: whole().nullable(),
    testedFeatures: whole().nullable(),
    passedFeatures: whole().nullable(),
    failedFeatures: whole().nullable(),
    totalUserStories: whole().nullable(),
    testedUserStories: whole().nullable(),
    passedUserStories: whole().nullable(),
    failedUserStories: whole().nullable(),
    blockedUserStories: whole().nullable(),
    totalBugs: whole().nullable(),
  },
});

/** When the API last confirmed each facet of a test. Null: never. */
export const TestFreshnessRow = defineEntity({
  name: 'TestFreshnessRow',
  tableName: 'test_freshness',
  properties: {
    test: () => p.manyToOne(TestRow).primary().index(false),
    /** Seen in a list page or a single read. */
    listedAt: instant(),
    /** Single read with metrics. */
    detailsAt: instant().nullable(),
    executionsAt: instant().nullable(),
    /** All bugs of the test were read. */
    bugsAt: instant().nullable(),
    /** Since when all but the head of the test is forgotten; null: it is kept. */
    forgottenAt: instant().nullable(),
  },
});
