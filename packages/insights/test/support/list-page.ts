/** What every list answers with, beside its rows. */
export interface Page {
  readonly total: number;
  readonly returned: number;
  readonly range: string;
  readonly next_cursor: string | null;
  readonly per_page: number;
  readonly sort: string;
  readonly [noun: string]: unknown;
}

/** The rows of a page, under the name that its list gives them. */
export const rowsOf = (page: Page, noun: string) => page[noun] as { id: number }[];
