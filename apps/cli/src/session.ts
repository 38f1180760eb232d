import {
  type Config,
  type ConfigSources,
  type Customers,
  keepHeapSmall,
  loadCustomers,
  onlyCustomer,
  openRuntimes,
  type Runtime,
} from '@testio-mcp/runtime';
import { commandLogger } from './command-logger.ts';
import type { DemoAccount } from './demo/demo-account.ts';
import { EXIT } from './exit-code.ts';
import { fail } from './failure.ts';
import { type Interruption, watchInterruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';
import type { Output } from './output.ts';

/** What a command works with. */
export interface Session {
  readonly runtime: Runtime;
  readonly interruption: Interruption;
}

export interface SessionNeeds {
  /** False: the command answers from the store alone when no token is set. */
  readonly token: boolean;
  /** Whether the command fills the store itself; the store of `--demo` is filled for all others. */
  readonly fills: boolean;
}

/**
 * Opens the account that the invocation names, runs a command on it, and closes everything again. A command that was
 * interrupted answers with the signal's exit code, whatever error it ended with.
 *
 * @returns what `work` answers
 * @throws TestioError what `work` throws; kinds `configuration` and `storage` when the account cannot be opened
 */
export async function withSession(
  invocation: Invocation,
  needs: SessionNeeds,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  keepHeapSmall();
  return withConfig(invocation, needs, async (config, interruption) => {
    tellOlder(config, invocation.output);
    const customers = invocation.demo ? onlyCustomer(config) : accountCustomers(invocation);
    const runtime = await openRuntimes(customers, { tokenRequired: needs.token, loggerOf: commandLogger });
    try {
      return await work({ runtime, interruption });
    } finally {
      await runtime.close();
    }
  });
}

/** The same for a command that works on files: nothing is opened but the sandbox of `--demo`. */
export async function withConfig(
  invocation: Invocation,
  needs: Pick<SessionNeeds, 'fills'>,
  work: (config: Config, interruption: Interruption) => Promise<number>,
): Promise<number> {
  const interruption = watchInterruption();
  const onStore = (config: Config): Promise<number> => work(config, interruption);
  try {
    if (!invocation.demo) return await onStore(accountConfig(invocation));
    return await onDemoAccount(invocation, needs, interruption.signal, onStore);
  } catch (thrown) {
    const interrupted = interruption.exitCode();
    if (interrupted === null) throw thrown;
    fail(invocation.output, thrown);
    return interrupted;
  } finally {
    interruption.release();
  }
}

/** Says that settings come from the older product's file, which one command takes over. */
function tellOlder({ olderFile }: Config, output: Output): void {
  if (olderFile === null) return;
  output.note(`Settings come from ${olderFile} of the older product: \`testio-mcp config import\` takes them over.`);
}

/** The configuration of a real account. */
export function accountConfig(invocation: Invocation): Config {
  const customers = accountCustomers(invocation);
  return customers.config(customers.selected);
}

/** The configurations of all real accounts. */
export function accountCustomers(invocation: Invocation, flags: ConfigSources['flags'] = {}): Customers {
  const { env, envFile, customer } = invocation;
  return loadCustomers({ env, envFile, flags: { ...flags, customerName: customer } });
}

/** Starts the account of `--demo` with its shared store filled. The sandbox is loaded only now. */
export async function openFilledDemoAccount(invocation: Invocation, signal: AbortSignal): Promise<DemoAccount> {
  const { openDemoAccount } = await import('./demo/demo-account.ts');
  const { fillSharedStore } = await import('./demo/demo-store.ts');
  const account = await openDemoAccount(invocation.env);
  try {
    await fillSharedStore(account, invocation.output, signal);
    return account;
  } catch (thrown) {
    await account.close();
    throw thrown;
  }
}

async function onDemoAccount(
  invocation: Invocation,
  needs: Pick<SessionNeeds, 'fills'>,
  signal: AbortSignal,
  onStore: (config: Config) => Promise<number>,
): Promise<number> {
  if (!needs.fills) {
    const account = await openFilledDemoAccount(invocation, signal);
    return onStore(account.shared.config).finally(account.close);
  }
  const { openDemoAccount } = await import('./demo/demo-account.ts');
  const { shareOwnStore } = await import('./demo/demo-store.ts');
  const account = await openDemoAccount(invocation.env);
  try {
    const exitCode = await onStore(account.own.config);
    if (exitCode === EXIT.done || exitCode === EXIT.partial) await shareOwnStore(account);
    return exitCode;
  } finally {
    await account.close();
  }
}
