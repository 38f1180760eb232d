import { type Period, toIso } from '@testio-mcp/domain';
import { z } from 'zod';

/** A period as it was understood. The end does not belong to it. */
export const range = z.object({ from: z.string().nullable(), to: z.string().nullable() });

/** A period as answers echo it. */
export function toRange({ from, to }: Period): z.infer<typeof range> {
  return { from: toIso(from), to: toIso(to) };
}
