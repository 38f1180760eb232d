import type { BugsByStatus } from '@testio-mcp/domain';
import { diagnostics } from '../diagnostics.ts';
import { productList, productSummary } from './answers.ts';

/** What could not be read, as answers name it. */
export interface Missing {
  readonly what: string;
  readonly count: number | null;
  readonly why: string;
}

export interface ProductSummary {
  readonly id: number;
  readonly title: string;
  /** Number of tests under each status; null: never read. */
  readonly tests: Readonly<Record<string, number>> | null;
  /** Number of bugs under each status; null: never read. */
  readonly bugs: BugsByStatus | null;
}

/** The account in numbers, every one of them taken from an answer. */
export interface AccountSummary {
  readonly products: readonly ProductSummary[];
  /** What the store holds, product by product or not. */
  readonly counts: {
    readonly products: number;
    readonly tests: number;
    readonly bugs: number;
    readonly people: number;
  };
  /** The oldest instant an answer rests on, ISO 8601; null when nothing was ever confirmed. */
  readonly asOf: string | null;
  readonly complete: boolean;
  readonly missing: readonly Missing[];
}

/** Asks one question and gives the structured answer. */
export type Ask = (tool: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Puts the summary together: the list of products, each product's own summary, and the number of people. */
export async function summariseAccount(ask: Ask): Promise<AccountSummary> {
  const products: ProductSummary[] = [];
  const stamps: (string | null)[] = [];
  let completeness: { complete: boolean; missing: readonly Missing[] };
  let cursor: string | null = null;
  do {
    const page = productList.parse(await ask('list_products', cursor === null ? {} : { cursor }));
    stamps.push(page.as_of);
    completeness = page.completeness;
    cursor = page.next_cursor;
    for (const { id, title } of page.products) {
      const { tests, bugs, as_of } = productSummary.parse(await ask('get_product_summary', { product_id: id }));
      stamps.push(as_of);
      products.push({
        id,
        title: title ?? 'Untitled product',
        tests: tests?.by_status ?? null,
        bugs: bugs?.by_status ?? null,
      });
    }
  } while (cursor !== null);
  const { store } = diagnostics.parse(await ask('get_server_diagnostics', {}));
  return { products, counts: store.counts, asOf: oldest(stamps), ...completeness };
}

/** ISO instants in UTC sort as texts. One that is unknown makes the oldest unknown. */
function oldest(stamps: readonly (string | null)[]): string | null {
  const [first = null] = stamps.toSorted((a, b) => (a === null ? -1 : b === null ? 1 : a.localeCompare(b, 'en')));
  return first;
}
