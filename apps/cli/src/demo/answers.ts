import { BUG_STATUSES } from '@testio-mcp/domain';
import { z } from 'zod';
import { trust } from '../diagnostics.ts';

// What the demo reads of the answers; the rest of an answer passes.

const count = z.int().min(0);

const titled = z.object({ id: z.int(), title: z.string().nullable() });

export const productList = trust.extend({
  products: z.array(titled.extend({ running_test_count: count.nullable(), bug_count: count.nullable() })),
  next_cursor: z.string().nullable(),
});

export const testList = z.object({ tests: z.array(titled) });

export const productSummary = trust.extend({
  tests: z.object({ by_status: z.record(z.string(), count) }).nullable(),
  bugs: z.object({ by_status: z.record(z.enum(BUG_STATUSES), count) }).nullable(),
});
