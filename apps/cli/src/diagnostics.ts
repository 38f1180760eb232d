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
    running: z.boolean(),
    open_failures: count,
  }),
});
export type Diagnostics = z.infer<typeof diagnostics>;
