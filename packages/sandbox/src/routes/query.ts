import { HttpError } from './http-error.ts';

const WHOLE_NUMBER = /^\d{1,15}$/;
const MAX_PER_PAGE = 100;
const DEFAULT_PER_PAGE = 25;

/** Positive whole number of a parameter; null when it is absent. @throws HttpError 400 for anything else */
export function positiveParam(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const value = WHOLE_NUMBER.test(text) ? Number(text) : 0;
  if (value < 1) throw new HttpError(400, `${name} is invalid`);
  return value;
}

/** Ids of a filter: repeated, comma-separated, or both; null when it is absent. @throws HttpError 400 for anything but numbers */
export function idsParam(query: URLSearchParams, ...names: readonly string[]): Set<number> | null {
  const values = names.flatMap((name) => query.getAll(name));
  if (values.length === 0) return null;
  return new Set(
    values.flatMap((value) =>
      value.split(',').map((part) => {
        const text = part.trim();
        if (!WHOLE_NUMBER.test(text)) throw new HttpError(400, `${names[0]} is invalid`);
        return Number(text);
      }),
    ),
  );
}

/** Whether `includes[]` names user stories. Other values are ignored (customer-api 2). */
export function includesStories(query: URLSearchParams): boolean {
  return query.getAll('includes[]').includes('user_stories');
}

export interface Page {
  /** From 1. */
  readonly page: number;
  /** From 1 to 100; larger values are clamped. */
  readonly perPage: number;
}

/** The page asked for; null when `page` is absent, for `per_page` alone is ignored (customer-api 4). */
export function pageParams(query: URLSearchParams): Page | null {
  const page = positiveParam(query, 'page');
  if (page === null) return null;
  return { page, perPage: Math.min(positiveParam(query, 'per_page') ?? DEFAULT_PER_PAGE, MAX_PER_PAGE) };
}

/** The slice of a list that a page holds. */
export function sliceOf<T>(items: readonly T[], { page, perPage }: Page): readonly T[] {
  return items.slice((page - 1) * perPage, page * perPage);
}
