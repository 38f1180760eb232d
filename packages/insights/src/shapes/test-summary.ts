import { BUG_TYPES, EXECUTION_STATUSES } from '@testio-mcp/domain';
import { z } from 'zod';
import { trustShape } from '../trust/shape.ts';
import { bugCounts, countsOf, rates } from './bug-counts.ts';
import { bugFacts } from './bug-row.ts';
import { person } from './person.ts';
import { storyRuns } from './story-runs.ts';
import { titled } from './titled.ts';
import { webLink } from './web-link.ts';

/** Newest bugs that are shown. */
export const RECENT_BUGS = 5;
/** Characters of a long text in a brief answer. */
export const BRIEF_TEXT = 600;
/** User stories in a brief answer. */
export const BRIEF_STORIES = 30;

export const LONG_TEXTS = ['goal', 'instructions', 'out_of_scope'] as const;

const count = z.int();
const text = z.string().nullable();

const platforms = z.array(z.object({ name: text.describe('null: not told.'), bugs: count }));

const analytics = z.object({
  testers_count: count.nullable(),
  devices_count: count.nullable(),
  total_features: count.nullable(),
  tested_features: count.nullable(),
  passed_features: count.nullable(),
  failed_features: count.nullable(),
  total_user_stories: count.nullable(),
  tested_user_stories: count.nullable(),
  passed_user_stories: count.nullable(),
  failed_user_stories: count.nullable(),
  blocked_user_stories: count.nullable(),
  total_bugs: count.nullable(),
});

export const testSummary = z.object({
  test: z.object({
    id: z.int(),
    title: text,
    ...webLink,
    status: text,
    testing_type: text,
    review_status: text,
    goal: text,
    instructions: text,
    out_of_scope: text,
    texts_cut: z.array(z.enum(LONG_TEXTS)).optional().describe('Shown in full with detail full.'),
    start_at: text,
    end_at: text,
    product: titled,
    environment: titled.nullable(),
    created_by: person.nullable(),
    submitted_by: person.nullable(),
    enable_low: z.boolean().nullable().describe('Whether bugs of low severity may be reported; so the next two.'),
    enable_high: z.boolean().nullable(),
    enable_critical: z.boolean().nullable(),
    requirements_summary: z.array(z.object({ platform: z.string(), browsers: z.array(z.string()) })).nullable(),
    forgotten_since: z
      .string()
      .optional()
      .describe('Too old for TESTIO_RETENTION_DAYS: what is null was forgotten then.'),
  }),
  features: z.array(
    z.object({
      id: z.int().nullable().describe("The product's feature; null: no longer known."),
      snapshot_id: z.int().describe('Its copy in this test.'),
      title: text,
      execution_status: text,
      tester_count: count.nullable(),
      bugs: count.nullable(),
    }),
  ),
  user_stories: z
    .object({
      total: count,
      by_status: countsOf([...EXECUTION_STATUSES, 'other']),
      items: z.array(
        z.object({
          id: z.int(),
          title: text,
          snapshot_id: z.int().describe('Its feature.'),
          execution_status: text,
          tested_by_count: count.nullable(),
          bugs_found: count.nullable(),
          ...storyRuns,
        }),
      ),
    })
    .nullable()
    .describe(
      `Failed and blocked first, at most ${BRIEF_STORIES} unless detail is full; null: results were never read.`,
    ),
  analytics: analytics.nullable().describe('Reviewed results; null: never read.'),
  bugs: bugCounts
    .extend({
      by_type: countsOf(BUG_TYPES),
      known: count.describe('Of the total.'),
      without_feature: count.describe('Filed against none of the features above.'),
      by_platform: z
        .object({
          operating_systems: platforms,
          browsers: platforms,
          device_categories: platforms,
          without_device: count,
        })
        .describe('Distinct bugs: one seen on several platforms counts once under each, so these exceed the total.'),
      rates,
      recent: z.array(bugFacts).describe(`The ${RECENT_BUGS} newest; list_bugs has all.`),
    })
    .nullable()
    .describe('null: never loaded.'),
  ...trustShape,
});
export type TestSummary = z.input<typeof testSummary>;
