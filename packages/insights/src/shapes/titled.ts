import { z } from 'zod';
import { cleanTesterText } from '../quote/clean-tester-text.ts';

/** Something known by id and title. */
export const titled = z.object({ id: z.int(), title: z.string().nullable() });
export type Titled = z.infer<typeof titled>;

/** Something with an id and a title, its title cleaned; null where there is no id. */
export function toTitled(id: number, title: string | null): Titled;
export function toTitled(id: number | null, title: string | null): Titled | null;
export function toTitled(id: number | null, title: string | null): Titled | null {
  return id === null ? null : { id, title: cleanTesterText(title) };
}
