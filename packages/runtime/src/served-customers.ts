import { cancelled } from '@testio-mcp/domain';
import type { Config, Customers } from './config.ts';
import { UNNAMED_CUSTOMER } from './config-layout.ts';
import { invalidConfiguration } from './config-mistakes.ts';
import { unknownCustomer } from './customer-choice.ts';
import type { Logger } from './logger.ts';
import { type CallOptions, type CallResult, openRuntime, type Runtime, type RuntimeOptions } from './runtime.ts';
import { requireToken } from './token-access.ts';

/** The customers that one program answers about. Each has a runtime of its own, opened when it is first asked about. */
export interface ServedCustomers {
  /** Who is meant where a question names nobody. */
  readonly selected: string;
  /** All of them, sorted. With one alone nothing of this shows. */
  readonly names: readonly string[];
  /** The configuration of one of them. Its store need not be open. */
  configOf(name: string): Config;
  /**
   * The runtime of the customer that a question names, or of the selected one.
   *
   * @throws TestioError `unknown_customer`, and what opening it throws
   */
  runtimeOf(customer: unknown): Promise<Runtime>;
}

export interface RuntimesOptions extends Omit<RuntimeOptions, 'logger'> {
  readonly loggerOf: (config: Config) => Logger | Promise<Logger>;
  /** Refuses a call that another customer than the selected one does not allow. */
  readonly guard?: ((config: Config, operation: string) => void) | undefined;
}

/** The one customer of a configuration that was put together by itself. */
export function onlyCustomer(config: Config): Customers {
  const name = config.customerName ?? UNNAMED_CUSTOMER;
  return { selected: name, names: [name], config: () => config, given: () => [] };
}

/**
 * What a server answers about: the customers that TESTIO_SERVED_CUSTOMERS leaves. All are judged now, so that a mistake shows at the
 * start and not in an answer.
 *
 * @throws TestioError `invalid_configuration`, `token_missing`, `config_file_unreadable`
 */
export function servedCustomers(customers: Customers): Customers {
  const { selected, names } = customers;
  const { servedCustomers: wanted } = customers.config(selected);
  const served = names.filter((name) => wanted?.includes(name) ?? true);
  const unknown = wanted?.filter((name) => !names.includes(name)) ?? [];
  const problems = unknown.map(
    (name) => `TESTIO_SERVED_CUSTOMERS names ${name}, whom nobody configured; there are ${names.join(', ')}`,
  );
  if (!served.includes(selected))
    problems.push(`TESTIO_SERVED_CUSTOMERS does not hold the selected customer, ${selected}`);
  const stores = new Map<string, string>();
  for (const name of served) {
    const config = customers.config(name);
    requireToken(config);
    const other = stores.get(config.storeFile);
    if (other !== undefined)
      problems.push(`the customers ${other} and ${name} have the same store, ${config.storeFile}`);
    stores.set(config.storeFile, name);
  }
  if (problems.length > 0) throw invalidConfiguration(problems);
  return { ...customers, names: served };
}

/**
 * Opens the selected customer's runtime, as the one through which all customers are asked: with several, a call may name one
 * in `customer`, and its answer says whose it is. Nothing is shared between them but the process and its log.
 *
 * @throws TestioError as `openRuntime` does
 */
export async function openRuntimes(customers: Customers, options: RuntimesOptions): Promise<Runtime> {
  const { selected, names } = customers;
  const isOneOfSeveral = names.length > 1;
  const open = async (name: string): Promise<Runtime> => {
    const config = customers.config(name);
    const logger = await options.loggerOf(config);
    return openRuntime(config, {
      ...options,
      logger: isOneOfSeveral ? logger.child({ customer: name }) : logger,
      reportAddress: name === selected ? undefined : `testio://customers/${encodeURIComponent(name)}/reports/`,
    });
  };
  const first = await open(selected);
  const opened = new Map([[selected, Promise.resolve(first)]]);
  let isClosed = false;

  function runtimeOf(customer: unknown): Promise<Runtime> {
    const name = nameOf(customer);
    const known = opened.get(name);
    if (known !== undefined) return known;
    if (isClosed) throw cancelled();
    const opening = open(name);
    opened.set(name, opening);
    // Whatever was in the way may be gone when somebody asks again.
    opening.catch(() => opened.delete(name));
    return opening;
  }

  function nameOf(customer: unknown): string {
    if (customer === undefined || customer === null || customer === '') return selected;
    const wanted = String(customer).normalize('NFC');
    const name = names.find((each) => each === wanted);
    if (name === undefined) throw unknownCustomer(wanted, names, 'validation');
    return name;
  }

  async function call(operation: string, rawInput: unknown, callOptions?: CallOptions): Promise<CallResult> {
    const { customer, input } = withoutCustomer(rawInput);
    const name = nameOf(customer);
    const runtime = await runtimeOf(name);
    if (name !== selected) options.guard?.(runtime.config, operation);
    const result = await runtime.call(operation, input, callOptions);
    if (!isOneOfSeveral) return result;
    const text = `${result.text}\nCustomer: ${name}.`;
    return { ...result, output: { customer: name, ...result.output }, text };
  }

  return {
    ...first,
    customers: { selected, names, configOf: customers.config, runtimeOf: async (customer) => runtimeOf(customer) },
    call,
    async close() {
      isClosed = true;
      const all = await Promise.allSettled(opened.values());
      await Promise.all(all.map((each) => (each.status === 'fulfilled' ? each.value.close() : undefined)));
    },
  };
}

/** The input as the operation knows it, and the customer that it names. */
function withoutCustomer(rawInput: unknown): { readonly customer: unknown; readonly input: unknown } {
  if (typeof rawInput !== 'object' || rawInput === null || !Object.hasOwn(rawInput, 'customer')) {
    return { customer: undefined, input: rawInput };
  }
  const { customer, ...input } = rawInput as Record<string, unknown>;
  return { customer, input };
}
