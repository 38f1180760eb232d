import { type TestioError, toTestioError } from '@testio-mcp/domain';
import { count } from '../numbers.ts';
import {
  type Account,
  accepts,
  chosenProducts,
  type KnownAccount,
  type ProductChoice,
  readAs,
  tokenPage,
} from './account.ts';
import type { Terminal } from './terminal.ts';

/** Answers that were given on the command line: their questions are not asked. */
export interface GivenAnswers {
  readonly subdomain?: string | undefined;
  readonly token?: Account['token'] | undefined;
  readonly apiBaseUrl?: string | undefined;
  readonly products?: readonly string[] | undefined;
}

/** Asks Test IO for the products that a token opens. */
export type AskTestIo = (account: Pick<Account, 'token' | 'apiBaseUrl'>) => Promise<readonly ProductChoice[]>;

/**
 * Asks for everything that setup needs to know about the account, each question with what is known as its default, and lets the user
 * change single answers at the end.
 *
 * @param proxy what is written besides about proxies, for people; null for nothing
 * @param hasKeychain whether the token may go into a keychain
 * @throws TestioError `cancelled`; `unknown_product`
 */
export async function askForAccount(
  terminal: Terminal,
  known: KnownAccount,
  given: GivenAnswers,
  askTestIo: AskTestIo,
  proxy: string | null,
  hasKeychain: boolean,
): Promise<Account> {
  let draft: KnownAccount = { ...known, apiBaseUrl: given.apiBaseUrl ?? known.apiBaseUrl };
  draft = { ...draft, subdomain: given.subdomain ?? (await askForSubdomain(terminal, draft)) };
  let opened = await askForToken(terminal, draft, given.token ?? null, askTestIo);
  const productIds =
    given.products === undefined
      ? await askForProducts(terminal, draft.productIds, opened.products)
      : chosenProducts(given.products, opened.products);
  let account: Account = { ...draft, ...opened.access, productIds };
  for (;;) {
    terminal.show('What will be written', summary(account, opened.products, proxy));
    switch (await terminal.one('Is this right?', changes(account, hasKeychain))) {
      case 'save':
        return account;
      case 'subdomain':
        account = { ...account, subdomain: await askForSubdomain(terminal, account) };
        break;
      case 'address':
        opened = await askForToken(
          terminal,
          { ...account, apiBaseUrl: await askForAddress(terminal, account) },
          account.token,
          askTestIo,
        );
        account = { ...account, ...opened.access, ...(await askAgain(terminal, account, opened)) };
        break;
      case 'token':
        opened = await askForToken(terminal, { ...account, token: null }, null, askTestIo);
        account = { ...account, ...opened.access, ...(await askAgain(terminal, account, opened)) };
        break;
      case 'place':
        account = { ...account, tokenPlace: account.tokenPlace === 'file' ? 'keychain' : 'file' };
        break;
      case 'products':
        account = { ...account, productIds: await askForProducts(terminal, account.productIds, opened.products) };
    }
  }
}

/** What may be changed before it is written. A keychain is offered only where there is one. */
function changes({ tokenPlace }: Account, hasKeychain: boolean) {
  const place = {
    value: 'place',
    label: tokenPlace === 'file' ? 'Keep the token in the keychain of this system' : 'Keep the token in the file',
  } as const;
  return [
    { value: 'save', label: 'Yes, save it' },
    { value: 'subdomain', label: 'Change the subdomain' },
    { value: 'token', label: 'Change the token' },
    ...(hasKeychain || tokenPlace === 'keychain' ? [place] : []),
    { value: 'products', label: 'Change the products' },
    { value: 'address', label: 'Change the address of the API', hint: 'for staging' },
  ] as const;
}

async function askForSubdomain(terminal: Terminal, { subdomain }: Pick<KnownAccount, 'subdomain'>): Promise<string> {
  const answer = await terminal.text('Subdomain of your Test IO account: the part before .test.io in its address', {
    initial: subdomain ?? '',
    judge: (text) => (readAs('subdomain', text) === null ? accepts('subdomain') : undefined),
  });
  return readAs('subdomain', answer) ?? answer;
}

async function askForAddress(terminal: Terminal, { apiBaseUrl }: Pick<KnownAccount, 'apiBaseUrl'>): Promise<string> {
  const answer = await terminal.text('Address of the Customer API', {
    initial: apiBaseUrl,
    judge: (text) => (readAs('apiBaseUrl', text) === null ? accepts('apiBaseUrl') : undefined),
  });
  return readAs('apiBaseUrl', answer) ?? answer;
}

/** A token that Test IO was asked about, unless the user went on without its answer. */
interface Opened {
  readonly access: Pick<Account, 'token' | 'apiBaseUrl'>;
  /** Null when Test IO did not answer. */
  readonly products: readonly ProductChoice[] | null;
}

/** Asks for a token until one opens the account, or the user wants to keep one that does not. */
export async function askForToken(
  terminal: Terminal,
  known: KnownAccount,
  given: Account['token'] | null,
  askTestIo: AskTestIo,
): Promise<Opened> {
  let { apiBaseUrl } = known;
  let token = given ?? (await keptToken(terminal, known)) ?? (await newToken(terminal, known));
  for (;;) {
    try {
      terminal.say(`Asking ${new URL(apiBaseUrl).host} …`);
      const products = await askTestIo({ token, apiBaseUrl });
      terminal.say(`The token works: ${count(products.length, 'product')}.`);
      return { access: { token, apiBaseUrl }, products };
    } catch (thrown) {
      const error = toTestioError(thrown);
      if (error.kind === 'cancelled') throw error;
      terminal.warn(whatIsWrong(error));
      switch (await terminal.one('What now?', waysOn(error))) {
        case 'again':
          break;
        case 'token':
          token = await newToken(terminal, known);
          break;
        case 'address':
          apiBaseUrl = await askForAddress(terminal, { apiBaseUrl });
          break;
        case 'keep':
          return { access: { token, apiBaseUrl }, products: null };
      }
    }
  }
}

/** Of a token that is refused nothing more needs to be said: the next question is what to do. */
function whatIsWrong({ kind, message, facts }: TestioError): string {
  return kind === 'authentication' || facts.next === undefined ? message : `${message}\n${facts.next}`;
}

/** What can be done about a token that did not open the account, what helps most first. */
function waysOn(error: TestioError) {
  const token = { value: 'token', label: 'Type another token' } as const;
  const again = { value: 'again', label: 'Try again with the same one' } as const;
  const rest = [
    { value: 'address', label: 'Change the address of the API' },
    { value: 'keep', label: 'Keep it all the same', hint: 'it was not confirmed' },
  ] as const;
  const isRefused = error.kind === 'authentication' || error.kind === 'permission';
  return isRefused ? [token, again, ...rest] : [again, token, ...rest];
}

async function keptToken(terminal: Terminal, { token }: KnownAccount): Promise<Account['token'] | null> {
  if (token === null) return null;
  const answer = await terminal.one('A token is set already', [
    { value: 'keep', label: 'Keep it' },
    { value: 'new', label: 'Type a new one' },
  ]);
  return answer === 'keep' ? token : null;
}

async function newToken(terminal: Terminal, known: KnownAccount): Promise<Account['token']> {
  const page = tokenPage(known) ?? 'the Integrations page of your Test IO account';
  terminal.say(`Tokens are made at ${page}, section API.`);
  for (;;) {
    const answer = await terminal.secret('API token (it is not shown)', (text) =>
      readAs('token', text) === null ? accepts('token') : undefined,
    );
    const token = readAs('token', answer);
    if (token !== null) return token;
  }
}

async function askForProducts(
  terminal: Terminal,
  known: readonly number[] | null,
  products: readonly ProductChoice[] | null,
): Promise<readonly number[] | null> {
  // Without an answer of Test IO there is nothing to choose from.
  if (products === null || products.length < 2) return products === null ? known : null;
  const all = { value: 'all', label: `All ${products.length}, also those that come later` } as const;
  const some = { value: 'some', label: 'Only some of them' } as const;
  const answer = await terminal.one('Which products?', known === null ? [all, some] : [some, all]);
  if (answer === 'all') return null;
  const choices = products.map(({ id, title }) => ({ value: String(id), label: title, hint: String(id) }));
  const initial = products.filter(({ id }) => known?.includes(id)).map(({ id }) => String(id));
  const message = 'Choose the products, then press Enter';
  return (await terminal.several(message, choices, { initial, required: true })).map(Number);
}

/** Another token may open another account: what was chosen among the products of the last one says nothing about it. */
async function askAgain(
  terminal: Terminal,
  { productIds }: Pick<Account, 'productIds'>,
  { products }: Opened,
): Promise<Pick<Account, 'productIds'>> {
  const isHere =
    productIds === null || products === null || productIds.every((id) => products.some((one) => one.id === id));
  return { productIds: isHere ? productIds : await askForProducts(terminal, productIds, products) };
}

function summary(
  { subdomain, tokenPlace, apiBaseUrl, productIds }: Account,
  products: readonly ProductChoice[] | null,
  proxy: string | null,
): string {
  const title = (id: number): string => products?.find((product) => product.id === id)?.title ?? `product ${id}`;
  const lines: [string, string][] = [
    ['Account', subdomain === null ? 'not named' : `${subdomain}.test.io`],
    ['API', apiBaseUrl],
    ['Token', products === null ? 'set, not confirmed by Test IO' : 'set, and it works'],
    ...(tokenPlace === 'keychain' ? [['', 'in the keychain of this system'] satisfies [string, string]] : []),
    ['Products', productIds === null ? 'all' : firstOf(productIds.map(title))],
    ...(proxy === null ? [] : [['Proxy', proxy] satisfies [string, string]]),
  ];
  return lines.map(([name, value]) => `${name.padEnd(9)} ${value}`).join('\n');
}

/** Products that the summary names before the rest becomes a number. */
const NAMED = 6;

function firstOf(titles: readonly string[]): string {
  const rest = titles.length - NAMED;
  return titles.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${count(rest)} more` : '');
}
