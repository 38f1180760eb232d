import { TestioError } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { idList } from './sqlite/id-list.ts';
import type { ReadScope, WriteScope } from './store.ts';

export interface AccountFacts {
  readonly apiBaseUrl: string;
  /** Every product that the API lists for the token. */
  readonly listedProductIds: readonly number[];
}

/**
 * Makes sure that a token belongs to the account that the store is a copy of. No endpoint says whose token it is, so it is
 * told by the products: if the store has some and none of them is listed any more, it is another account's.
 *
 * @throws TestioError `store_of_another_account`
 */
export async function checkAccount({ db }: ReadScope, facts: AccountFacts): Promise<void> {
  const { api_base_url } = await db
    .selectFrom('account')
    .select('api_base_url')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  const here = sameAddress(facts.apiBaseUrl);
  if (api_base_url !== null && api_base_url !== here) {
    throw anotherAccount(`This store was filled from ${api_base_url}, not from ${here}.`);
  }
  const { living, listed } = await db
    .selectFrom('products')
    .select((eb) => [
      eb.fn.countAll<number>().as('living'),
      sql<number>`count(*) filter (where id in ${idList(facts.listedProductIds)})`.as('listed'),
    ])
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (living > 0 && listed === 0) {
    throw anotherAccount(
      `The API lists no product of this store, which has ${living}: the token seems to belong to another account.`,
    );
  }
}

/** Remembers which API the store is filled from. */
export async function recordApiBaseUrl({ db }: WriteScope, apiBaseUrl: string): Promise<void> {
  await db
    .updateTable('account')
    .set({ api_base_url: sameAddress(apiBaseUrl) })
    .where('id', '=', 1)
    .execute();
}

/** One spelling for one address: neither a slash at the end nor a user name makes it another API, and the latter is a secret. */
function sameAddress(address: string): string {
  const url = URL.parse(address);
  if (url === null) return address;
  url.username = '';
  url.password = '';
  return url.href.replace(/\/+$/, '');
}

function anotherAccount(message: string): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'store_of_another_account',
    message,
    next: 'Use a store of its own for each account: set TESTIO_CUSTOMER_NAME, or check the token and the address of the API.',
  });
}
