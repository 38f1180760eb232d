import { BUG_STATUSES, PRODUCT_TYPES, SEVERITIES, TEST_STATUSES, TESTING_TYPES } from '@testio-mcp/domain';
import { z } from 'zod';
import { withForm } from './forms.ts';

// Parameters that several operations share, each with one schema and one description. A parameter's schema shows the canonical
// form only; input/parse-value.ts says which other forms are accepted.
//
// `meta({ default })` publishes a default without filling it in: the operation needs to know whether it was asked for.

/** Most rows of one page. */
export const MAX_PAGE_SIZE = 200;

const id = () => z.int().min(1);
const productRef = () => withForm(id(), { reference: 'product' });
const testRef = () => withForm(id(), { reference: 'test' });

export const productId = productRef().describe('Product id; a title or part of one works too.');
export const testId = testRef().describe('Test id; a title or part of one works too.');
export const testIds = z.array(testRef()).min(1).max(1000).describe('Only bugs of these tests; titles work too.');

export const testStatuses = z
  .array(z.enum([...TEST_STATUSES, 'other']))
  .min(1)
  .describe('Only these statuses; default all. other: unknown ones.');
export const testingTypes = z.array(z.enum([...TESTING_TYPES, 'other'])).min(1);
export const productTypes = z.array(z.enum([...PRODUCT_TYPES, 'other'])).min(1);
export const bugStatuses = z
  .array(withForm(z.enum(BUG_STATUSES), { words: { forwarded: 'open' } }))
  .min(1)
  .describe('open waits for triage; accepted was accepted by the customer, auto_accepted by the system.');
export const severities = z
  .array(z.enum([...SEVERITIES, 'other']))
  .min(1)
  .describe('critical, high, low are functional bugs; the others are types without a level.');

/** Text to look for. `where` completes the description. */
export const search = (where: string) => z.string().min(1).max(200).describe(`Text anywhere in ${where}, in any case.`);

export const detail = (full: string) => z.enum(['brief', 'full']).default('brief').describe(`full: ${full}.`);

export const sortBy = <const Keys extends readonly [string, ...string[]]>(keys: Keys, initial: Keys[number]) =>
  z.enum(keys).meta({ default: initial }).optional();

export const sortOrder = (initial: 'asc' | 'desc') =>
  z.enum(['asc', 'desc']).meta({ default: initial }).describe('Rows without a value come last either way.').optional();

/** What every list takes to be read page by page. */
export const paging = {
  cursor: z
    .string()
    .min(1)
    .max(2000)
    .describe('next_cursor of the previous page, with the same other parameters.')
    .optional(),
  page: z.int().min(1).max(1_000_000).default(1),
  per_page: z.int().min(1).max(MAX_PAGE_SIZE).optional(),
  offset: z.int().min(0).max(100_000_000).default(0).describe('Rows to skip before the first page.'),
};
