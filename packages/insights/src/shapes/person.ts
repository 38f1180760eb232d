import { z } from 'zod';
import { cleanTesterText } from '../quote/clean-tester-text.ts';

/** Somebody by name. The id is ours, the same in every store (domain, personId). */
export const person = z.object({ id: z.int(), name: z.string().nullable() });

/** Somebody with the name cleaned; null for nobody. */
export function toPerson(id: number | null, name: string | null): z.infer<typeof person> | null {
  return id === null ? null : { id, name: cleanTesterText(name) };
}
