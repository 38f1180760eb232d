import { BUG_STATUSES, PRODUCT_TYPES, SEVERITIES, TEST_STATUSES, TESTING_TYPES } from '@testio-mcp/domain';
import { z } from 'zod';
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

export const productId = ref('product').describe('Id, or a title or part of one.');
export const testId = ref('test').describe('Id, or a title or part of one.');
export const sectionId = ref('section').describe('Id, or a title or part of one.');
export const featureId = ref('feature').describe('Id, or a title or part of one.');
export const bugId = ref('bug').describe('Id, tracker key, or a title or part of one.');
export const userId = ref('user').describe('Id, or a name or part of one.');
export const testIds = z.array(ref('test'));
export const productIds = z.array(ref('product')).min(1).max(200).describe('Titles work too.');

export const testStatuses = z.array(z.enum([...TEST_STATUSES, 'other']));
export const testingTypes = z.array(z.enum([...TESTING_TYPES, 'other']));
export const productTypes = z.array(z.enum([...PRODUCT_TYPES, 'other']));
export const bugStatuses = z
  .array(withForm(z.enum(BUG_STATUSES), { words: { forwarded: 'open' } }))
  .describe('open: waits for triage; auto_accepted: by the system after 10 days.');
export const severities = z
  .array(z.enum([...SEVERITIES, 'other']))
  .describe('visual, content and custom have no level.');

/** Longest text to look for: its pattern must stay below what SQLite takes. */
const LONGEST_SEARCH = 200;

/** Text to look for. `where` completes the description. */
export const search = (where: string) => z.string().max(LONGEST_SEARCH).describe(`Part of the ${where}.`);

export const detail = (full: string) => z.enum(['brief', 'full']).default('brief').describe(`full: ${full}.`);

export const sortBy = <const Keys extends readonly [string, ...string[]]>(keys: Keys, initial: Keys[number]) =>
  z.enum(keys).meta({ default: initial }).optional();

export const sortOrder = (initial: 'asc' | 'desc') =>
  z.enum(['asc', 'desc']).meta({ default: initial }).describe('Rows without a value come last.').optional();

/**
 * How fresh an answer is to be: refreshed where it is old, as stored, or refreshed in any case. Published without a description,
 * because every operation has it; operation.ts, `shows`, is what makes it work.
 */
export const freshness = z.enum(FRESHNESS).default('auto');

/** A period in the grammar of packages/domain (parsePeriod). */
export const period = z.string().max(100).describe('Such as last 30 days, 2026-Q3 or 2026-07-01..2026-07-14.');

/** What every list takes to be read page by page. */
export const paging = {
  cursor: z.string().describe('next_cursor of the page before; repeat the other parameters.').optional(),
  page: z.int().min(1).max(1_000_000).default(1),
  per_page: z.int().min(1).max(MAX_PAGE_SIZE).optional(),
  offset: z.int().min(0).max(100_000_000).default(0),
};
