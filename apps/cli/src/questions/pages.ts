import { TestioError } from '@testio-mcp/domain';

/** An answer to a question, page by page or whole. */
export type Output = Readonly<Record<string, unknown>>;

/** Most rows that `--all` fetches. Beyond that the rest is told instead. */
const MOST_ROWS = 100_000;
const LARGEST_PAGE = 200;

/**
 * Asks for one page, or with `all` for all of them by following the cursors.
 *
 * @param most rows after which the walk stops; the last page's `next_cursor` then is not null
 */
export async function* pagesOf<Page extends { readonly output: Output }>(
  ask: (input: Readonly<Record<string, unknown>>) => Promise<Page>,
  input: Readonly<Record<string, unknown>>,
  { all, most = MOST_ROWS }: { readonly all: boolean; readonly most?: number },
): AsyncGenerator<Page> {
  const wanted = all ? { per_page: LARGEST_PAGE, ...input } : input;
  let rows = 0;
  let page = await ask(wanted);
  yield page;
  while (all) {
    const { next_cursor: cursor = null, returned } = page.output;
    rows += Number(returned);
    if (cursor === null || rows >= most) return;
    if (returned === 0) throw standingStill();
    page = await ask({ ...wanted, cursor });
    yield page;
  }
}

function standingStill(): TestioError {
  return new TestioError({
    kind: 'internal',
    code: 'pages_without_rows',
    message: 'A page without rows named another page after it.',
  });
}
