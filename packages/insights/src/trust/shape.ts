import { z } from 'zod';

/** One thing that the answer would rest on but that the store does not have, or not as it should. */
export interface Missing {
  /** What is missing, a word that scripts can branch on. */
  readonly what: MissingWhat;
  /** How many of them; null where that is not known. */
  readonly count: number | null;
  readonly why: string;
}

/** The words for what can be missing. */
export type MissingWhat =
  | 'everything'
  | 'sync'
  | 'refresh'
  | 'products'
  | 'features_of_products'
  | 'tests_of_products'
  | 'tests'
  | 'test_details'
  | 'executions'
  | 'bugs_of_tests'
  | 'beyond_retention'
  | 'rejection_reasons'
  | 'changes';

/** How far an answer can be trusted. */
export interface Trust {
  readonly as_of: string | null;
  readonly completeness: { readonly complete: boolean; readonly missing: Missing[] };
}

/** The members that every answer carries. */
export const trustShape = {
  as_of: z.string().nullable().describe('Oldest confirmation by the API.'),
  completeness: z.object({
    complete: z.boolean(),
    missing: z.array(z.object({ what: z.string(), count: z.int().nullable(), why: z.string() })),
  }),
};

/** How far an answer can be trusted, as its reader sees it. */
export type ShownTrust = z.infer<z.ZodObject<typeof trustShape>>;
