import { z } from 'zod';

// What commands read of the answer of get_server_diagnostics; the rest of it passes.

const count = z.int().min(0);
const instant = z.string().nullable();

const run = z.object({
  id: z.int(),
  status: z.string(),
  started_at: z.string(),
  finished_at: instant,
  duration_ms: count.nullable(),
  requests: count,
  rows_written: count,
  error: z.object({ message: z.string() }).nullable(),
});
export type RunFacts = z.infer<typeof run>;

/** Parts of the data that are read by themselves. */
export const FACETS = ['products', 'features', 'test_lists', 'tests', 'test_details', 'executions', 'bugs'] as const;
const ages = z.object({ oldest: instant, newest: instant, never: count });
export type Ages = z.infer<typeof ages>;

/** Freshness and completeness, as every answer carries them. */
export const trust = z.object({
  as_of: instant,
  completeness: z.object({
    complete: z.boolean(),
    missing: z.array(z.object({ what: z.string(), count: count.nullable(), why: z.string() })),
  }),
});

export const diagnostics = trust.extend({
  program: z.object({ customer: z.string().nullable(), api_base_url: z.string() }),
  store: z.object({
    counts: z.object({
      products: count,
      features: count,
      user_stories: count,
      tests: count,
      bugs: count,
      people: count,
    }),
    size_bytes: count,
  }),
  sync: z.object({
    last_attempt: run.nullable(),
    last_success: run.nullable(),
    last_completed_at: instant,
    running: z.object({ owner: z.string(), since: z.string() }).nullable(),
    open_failures: count,
  }),
  background: z.object({ here: z.boolean(), next_cycle_at: instant, circuit_open: z.boolean().nullable() }).nullable(),
  freshness: z.object({
    product_list: instant,
    ...(Object.fromEntries(FACETS.map((name) => [name, ages])) as Record<(typeof FACETS)[number], typeof ages>),
  }),
});
export type Diagnostics = z.infer<typeof diagnostics>;
