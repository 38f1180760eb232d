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

export const writtenReport = trust.extend({ file: z.object({ path: z.string() }) });
