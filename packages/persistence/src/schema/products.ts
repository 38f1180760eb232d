import { defineEntity, p } from '@mikro-orm/core';
import { apiId, flag, instant, text, whole } from './columns.ts';

/** Products of the account (customer-api 7.1). */
export const ProductRow = defineEntity({
  name: 'ProductRow',
  tableName: 'products',
  properties: {
    id: apiId(),
    title: text().nullable(),
    description: text().nullable(),
    type: text().nullable(),
    defaultSectionId: whole().nullable(),
    hasSections: flag(),
    connectionId: whole().nullable(),
    connectionName: text().nullable(),
    firstSeenAt: instant(),
    deletedAt: instant().nullable(),
  },
});

/** Sections of products, the hidden default ones included. */
export const SectionRow = defineEntity({
  name: 'SectionRow',
  tableName: 'sections',
  properties: {
    id: apiId(),
    product: () => p.manyToOne(ProductRow).index(),
    title: text().nullable(),
    isDefault: flag(),
    firstSeenAt: instant(),
    deletedAt: instant().nullable(),
  },
});

/** Features. Which products and sections have them stands in product_features. */
export const FeatureRow = defineEntity({
  name: 'FeatureRow',
  tableName: 'features',
  properties: {
    id: apiId(),
    title: text().nullable(),
    description: text().nullable(),
    howToFind: text().nullable(),
    firstSeenAt: instant(),
    deletedAt: instant().nullable(),
  },
});

/** Membership of features: one row per product, feature and section that lists it. `section_key` is 0 where none is known. */
export const ProductFeatureRow = defineEntity({
  name: 'ProductFeatureRow',
  tableName: 'product_features',
  properties: {
    product: () => p.manyToOne(ProductRow).primary().index(false),
    feature: () => p.manyToOne(FeatureRow).primary().index(),
    sectionKey: whole().primary(),
    deletedAt: instant().nullable(),
  },
});

/** User stories. A story whose feature is known belongs to the products of that feature; `product_id` is for the others. */
export const UserStoryRow = defineEntity({
  name: 'UserStoryRow',
  tableName: 'user_stories',
  properties: {
    id: apiId(),
    feature: () => p.manyToOne(FeatureRow).nullable().index(),
    product: () => p.manyToOne(ProductRow).nullable().index(),
    position: whole(),
    title: text().nullable(),
    path: text().nullable(),
    firstSeenAt: instant(),
    deletedAt: instant().nullable(),
  },
});

/** Prepared set-ups for new tests. */
export const TestTemplateRow = defineEntity({
  name: 'TestTemplateRow',
  tableName: 'test_templates',
  properties: {
    id: apiId(),
    product: () => p.manyToOne(ProductRow).index(),
    title: text().nullable(),
    scenario: text().nullable(),
    minDuration: whole().nullable(),
    maxDuration: whole().nullable(),
    defaultDuration: whole().nullable(),
    firstSeenAt: instant(),
    deletedAt: instant().nullable(),
  },
});

/** When the API last confirmed each facet of a product. Null: never. */
export const ProductFreshnessRow = defineEntity({
  name: 'ProductFreshnessRow',
  tableName: 'product_freshness',
  properties: {
    product: () => p.manyToOne(ProductRow).primary().index(false),
    metadataAt: instant().nullable(),
    featuresAt: instant().nullable(),
    testsDiscoveredAt: instant().nullable(),
    /** Every position of the test list was read or recorded as failed, up to an empty page. */
    testsReconciledAt: instant().nullable(),
  },
});
