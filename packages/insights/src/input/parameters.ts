import { BUG_STATUSES, BUG_TYPES, PRODUCT_TYPES, SEVERITIES, TEST_STATUSES, TESTING_TYPES } from '@testio-mcp/domain';
import { z } from 'zod';
import { UNPUBLISHED } from '../schema/json-schema.ts';
import { type ReferenceKind, withForm } from './forms.ts';

// Parameters that several operations share, each with one schema and one description. A parameter's schema shows the canonical
// form only; input/parse-value.ts says which other forms are accepted.
//
// `meta({ default })` publishes a default without filling it in: the operation needs to know whether it was asked for.

/** Words for how fresh an answer is to be. */
const FRESHNESS = ['auto', 'cached', 'now'] as const;
export type Freshness = (typeof FRESHNESS)[number];

/** Most rows of one page. */
export const MAX_PAGE_SIZE = 200;

const id = () => z.int().min(1);
/** A title, or another name, may stand for the id. */
const ref = (reference: ReferenceKind) => withForm(id(), { reference });

export const productId = ref('product').describe('Id or title.');
export const testId = ref('test').describe('Id or title.');
export const sectionId = ref('section').describe('Id or title.');
export const featureId = ref('feature').describe('Id or title.');
export const bugId = ref('bug').describe('Id, tracker key or title.');
export const testerId = ref('tester').describe('Id or name.');
export const userId = ref('user').describe('Id or name.');
export const testIds = z.array(ref('test'));
export const productIds = z.array(ref('product')).min(1).max(200).describe('Titles work too.');

export const testStatuses = z.array(z.enum([...TEST_STATUSES, 'other']));
export const testingTypes = z.array(z.enum([...TESTING_TYPES, 'other']));
export const productTypes = z.array(z.enum([...PRODUCT_TYPES, 'other']));
export const bugStatuses = z.array(withForm(z.enum(BUG_STATUSES), { words: { forwarded: 'open' } }));
export const bugTypes = z.array(z.enum(BUG_TYPES));
export const severities = z.array(z.enum([...SEVERITIES, 'other']));

/** Longest text to look for: its pattern must stay below what SQLite takes. */
const LONGEST_SEARCH = 200;

/** Text to look for. `where` completes the description. */
export const search = (where: string) => z.string().max(LONGEST_SEARCH).describe(`Part of the ${where}.`);

export const detail = (full: string) => z.enum(['brief', 'full']).default('brief').describe(`full: ${full}.`);

export const sortBy = <const Keys extends readonly [string, ...string[]]>(keys: Keys, initial: Keys[number]) =>
  z.enum(keys).meta({ default: initial }).optional();

export const sortOrder = (initial: 'asc' | 'desc') => z.enum(['asc', 'desc']).meta({ default: initial }).optional();

/**
 * How fresh an answer is to be: refreshed where it is old, as stored, or refreshed in any case. Published without a description,
 * because every operation has it; operation.ts, `shows`, is what makes it work.
 */
export const freshness = z.enum(FRESHNESS).default('auto');

/** A period in the grammar of packages/domain (parsePeriod). */
export const period = z.string().max(100).describe('Such as last 30 days, 2026-Q3.');

const end = () => z.string().min(1).max(100).meta(UNPUBLISHED).optional();
/** A period, in one text or by its two ends. */
export const dates = { period: period.optional(), start_date: end(), end_date: end() };

/** What every list takes to be read page by page. */
export const paging = {
  cursor: z.string().describe('next_cursor; repeat the other parameters.').optional(),
  page: z.int().min(1).max(1_000_000).optional(),
  per_page: z.int().min(1).max(MAX_PAGE_SIZE).optional(),
  offset: z.int().min(0).max(100_000_000).optional(),
};
