import { cancelled, type ErrorReport, TestioError, toTestioError } from '@testio-mcp/domain';
import {
  hasToken,
  isKeychainThere,
  readToken,
  SETTINGS,
  type TokenPlace,
  tokenPlaceOf,
  type WrittenToken,
} from '@testio-mcp/runtime';
import type { SyncRunRecord } from '@testio-mcp/sync-engine';
import type { ClientName } from '../clients/clients.ts';
import type { Installation } from '../clients/installation.ts';
import { leftText } from '../configuration/token-words.ts';
import { EXIT } from '../exit-code.ts';
import { fail } from '../failure.ts';
import { type Interruption, watchInterruption } from '../interruption.ts';
import type { Invocation } from '../invocation.ts';
import { withSession } from '../session.ts';
import { type Account, type KnownAccount, knownAccount, productsOf } from '../setup/account.ts';
import { type ClientResult, connectClients, connectPlanned, planNamedClients } from '../setup/connect-clients.ts';
import { decideAccount, type GivenFlags, givenAnswers } from '../setup/given-flags.ts';
import { askForAccount, askForToken, type GivenAnswers } from '../setup/questions.ts';
import { Terminal } from '../setup/terminal.ts';
import { type Beginning, findBeginning, proxyText, writeAccount, writeToken } from '../setup/write-account.ts';
import { endOf, showRecord, syncShown } from './sync.ts';

export interface SetupCommandOptions extends GivenFlags {
  /** Ask nothing: what is not given stays as it is. */
  readonly yes?: boolean | undefined;
  readonly tokenOnly?: boolean | undefined;
  /** False: no first sync. */
  readonly sync?: boolean | undefined;
  readonly client?: readonly ClientName[] | undefined;
}

/**
 * Sets everything up: account, token, products, first sync, clients. Asks on a terminal, or takes all answers from flags. What was
 * found out is written at once, before the first sync; leaving before that leaves everything as it was. Files of named clients that
 * cannot be changed are refused before anything is asked or written.
 *
 * Exit codes: 0; 1 Test IO did not accept the token, or the sync failed; 2 wrong usage; 3 the sync is not complete, or a
 * client could not be told; 130 left.
 */
export async function setup(invocation: Invocation, options: SetupCommandOptions): Promise<number> {
  if (invocation.demo) throw demoNeedsNone();
  const isAsked = options.yes !== true;
  if (isAsked && !(process.stdin.isTTY && process.stderr.isTTY)) throw noTerminal();
  const interruption = watchInterruption();
  const terminal = isAsked ? new Terminal(interruption.signal) : null;
  let isWritten = false;
  const onWritten = (): void => {
    isWritten = true;
  };
  try {
    return await new Setup(invocation, options, terminal, interruption, onWritten).run();
  } catch (thrown) {
    if (toTestioError(thrown).kind !== 'cancelled') throw thrown;
    terminal?.end(isWritten ? LEFT_LATE : 'Left; nothing was written.');
    return interruption.exitCode() ?? EXIT.left;
  } finally {
    interruption.release();
  }
}

const LEFT_LATE = 'Left; the account is set up. For the rest: testio-mcp sync, testio-mcp install CLIENT.';

class Setup {
  readonly #invocation: Invocation;
  readonly #options: SetupCommandOptions;
  readonly #terminal: Terminal | null;
  readonly #interruption: Interruption;
  readonly #beginning: Beginning;
  readonly #onWritten: () => void;

  constructor(
    invocation: Invocation,
    options: SetupCommandOptions,
    terminal: Terminal | null,
    interruption: Interruption,
    onWritten: () => void,
  ) {
    this.#onWritten = onWritten;
    this.#invocation = invocation;
    this.#options = options;
    this.#terminal = terminal;
    this.#interruption = interruption;
    this.#beginning = findBeginning(invocation);
  }

  async run(): Promise<number> {
    const { file, customer, config } = this.#beginning;
    this.#terminal?.begin(`Setting up testio-mcp (${file})`);
    if (this.#options.tokenOnly === true) return this.#renewToken(file);
    const { client: named } = this.#options;
    const plans = named === undefined ? null : await planNamedClients(this.#invocation, named, config);
    const account = await this.#account();
    const written = await writeAccount(file, config, account);
    this.#onWritten();
    this.#tell(`Written to ${written.file}, readable for you alone.${keptText(written.backup)}`);
    this.#tellOfKeychain(account, written);
    this.#warnOfShell(account);
    const proxy = proxyText(config);
    if (this.#terminal === null && proxy !== null) this.#tell(`Written, too: ${proxy}.`);
    if (config.olderFile !== null)
      this.#tell(`${config.olderFile} of the older product is not read any more: ${IMPORT}.`);

    const after = this.#withoutShellSettings();
    const sync = (await this.#isSyncWanted()) ? await this.#sync(after) : null;
    const clients = await this.#connect(after, plans);
    if (this.#invocation.output.json) {
      const { apiBaseUrl, productIds, tokenPlace } = account;
      const facts = { customer, api_base_url: apiBaseUrl, product_ids: productIds, token_place: tokenPlace };
      const { record = null } = sync ?? {};
      this.#invocation.output.printJson({ config_file: file, backup: written.backup, ...facts, sync: record, clients });
    }
    const isConnected = clients.some(({ error }) => error === undefined);
    this.#terminal?.end(isConnected ? READY_IN_CLIENT : READY_IN_SHELL);
    const exitCode = sync?.exitCode ?? EXIT.done;
    const isMissing = clients.some(({ error }) => error !== undefined);
    return exitCode === EXIT.done && isMissing ? EXIT.partial : exitCode;
  }

  async #renewToken(file: string): Promise<number> {
    const given = givenAnswers(this.#options, this.#invocation.env);
    const terminal = this.#terminal;
    const known = knownAccount(this.#beginning.config, this.#tokenPlace());
    const ask = (access: Pick<Account, 'token' | 'apiBaseUrl'>) => this.#askTestIo(access);
    const access =
      terminal === null
        ? await decideAccount(await this.#withToken(known, given), given, this.#options, ask)
        : (await askForToken(terminal, { ...known, token: null }, given.token ?? null, ask)).access;
    const account = { ...access, tokenPlace: known.tokenPlace };
    const written = await writeToken(file, account);
    this.#onWritten();
    if (account.tokenPlace === 'file')
      this.#tell(`The token is written to ${written.file}.${keptText(written.backup)}`);
    this.#tellOfKeychain(account, written);
    this.#warnOfShell(account);
    if (this.#invocation.output.json) {
      this.#invocation.output.printJson({ config_file: file, backup: written.backup });
    }
    terminal?.end('Servers that run take the new token when they are started again.');
    return EXIT.done;
  }

  async #account(): Promise<Account> {
    const { config, file } = this.#beginning;
    const given = givenAnswers(this.#options, this.#invocation.env);
    const known = await this.#withToken(knownAccount(config, this.#tokenPlace()), given);
    const ask = (access: Pick<Account, 'token' | 'apiBaseUrl'>) => this.#askTestIo(access);
    if (this.#terminal === null) return decideAccount(known, given, this.#options, ask);
    return askForAccount(this.#terminal, known, given, ask, proxyText(config), await isKeychainThere(file));
  }

  /** Where the token is to be kept. Where it is, unless a flag says otherwise. */
  #tokenPlace(): TokenPlace {
    const { keychain } = this.#options;
    if (keychain === undefined) return tokenPlaceOf(this.#beginning.file);
    return keychain ? 'keychain' : 'file';
  }

  /** Reads the token that the keychain holds. Who can be asked for another one goes on without. */
  async #withToken(known: KnownAccount, given: GivenAnswers): Promise<KnownAccount> {
    const { config } = this.#beginning;
    if (given.token !== undefined || !hasToken(config)) return known;
    try {
      return { ...known, token: await readToken(config, { signal: this.#interruption.signal }) };
    } catch (thrown) {
      const error = toTestioError(thrown);
      if (this.#terminal === null || error.kind === 'cancelled') throw error;
      this.#terminal.warn(error.message);
      return known;
    }
  }

  #askTestIo(access: Pick<Account, 'token' | 'apiBaseUrl'>) {
    return productsOf(this.#beginning.config, access, this.#interruption.signal);
  }

  async #isSyncWanted(): Promise<boolean> {
    if (this.#options.sync === false) return false;
    return (await this.#terminal?.yes('Read the account now? The first time takes some seconds to minutes.')) ?? true;
  }

  /** Reads the account. A sync that fails keeps nothing else from being set up. */
  async #sync(after: Invocation): Promise<FirstSync> {
    // With --json there is one document for all that setup does.
    const output = after.output.json ? { ...after.output, json: false, quiet: true } : after.output;
    let record: SyncRunRecord | null = null;
    try {
      const exitCode = await withSession({ ...after, output }, { token: true, fills: true }, async (session) => {
        record = await syncShown(output, session, {});
        if (record === null) return EXIT.busy;
        showRecord(output, record);
        return endOf(record, session);
      });
      if (this.#interruption.exitCode() !== null) throw cancelled();
      return { exitCode, record };
    } catch (thrown) {
      const error = toTestioError(thrown);
      if (error.kind === 'cancelled') throw error;
      fail(output, error);
      // Whatever kind it is of: the account is written, so more than nothing was done.
      return { exitCode: EXIT.failed, record: { error: error.report() } };
    }
  }

  async #connect(after: Invocation, plans: readonly Installation[] | null): Promise<readonly ClientResult[]> {
    if (plans !== null || this.#terminal === null) return connectPlanned(after, plans ?? []);
    return connectClients(after, this.#terminal);
  }

  /** What was written must count from here on, also where this shell's environment says something else. */
  #withoutShellSettings(): Invocation {
    const { env, ...rest } = this.#invocation;
    const written = new Set<string>(WRITTEN.map((name) => SETTINGS[name].variable));
    return { ...rest, env: Object.fromEntries(Object.entries(env).filter(([name]) => !written.has(name))) };
  }

  #warnOfShell({ token }: Pick<Account, 'token'>): void {
    const { variable } = SETTINGS.token;
    const inShell = this.#invocation.env[variable]?.trim();
    if (!inShell || inShell === token.reveal()) return;
    this.#tell(`In this shell ${variable} still says another token, and wins over the file: unset it.`);
  }

  #tellOfKeychain({ tokenPlace }: Pick<Account, 'tokenPlace'>, { leftInKeychain, backup }: WrittenToken): void {
    if (leftInKeychain !== null) this.#tell(leftText(leftInKeychain));
    if (tokenPlace === 'file') return;
    this.#tell(`The token is in the keychain of this system${backup === null ? '' : `, and in neither file`}.`);
  }

  #tell(message: string): void {
    if (this.#terminal === null) this.#invocation.output.note(message);
    else this.#terminal.say(message);
  }
}

const IMPORT = 'testio-mcp config import takes over what else it says';

interface FirstSync {
  readonly exitCode: number;
  /** Null when another process syncs the store. */
  readonly record: SyncRunRecord | { readonly error: ErrorReport } | null;
}

const WRITTEN = ['token', 'tokenSource', 'apiBaseUrl', 'productIds', 'subdomain'] as const;

const READY_IN_CLIENT = 'Ready. Ask in your client: "Which tests are running at Test IO?"';
const READY_IN_SHELL = 'Ready. Try: testio-mcp tests list --status running';

function keptText(backup: string | null): string {
  return backup === null ? '' : ` What it was is kept as ${backup}.`;
}

function noTerminal(): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'no_terminal',
    message: 'setup asks questions, and there is no terminal to ask them on.',
    next: 'Run it in a terminal, or say --yes and give the answers as flags: testio-mcp setup --yes --token-from-env NAME --subdomain NAME.',
    field: 'yes',
  });
}

function demoNeedsNone(): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'conflicting_option',
    message: 'setup is for a real account; --demo needs none.',
    next: 'Leave out --demo, or give a client the demo: testio-mcp install CLIENT --demo.',
    field: 'demo',
  });
}
