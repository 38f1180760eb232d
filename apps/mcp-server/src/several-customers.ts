import { type NextCall, type Operation, type PublishedTool, publishedTool } from '@testio-mcp/insights';
import type { Config, Customers, Runtime, ServedCustomers } from '@testio-mcp/runtime';
import { z } from 'zod';
import { exposedOperations } from './exposed-tools.ts';
import { INSTRUCTIONS } from './instructions.ts';

/** The parameter that says which customer is meant, and the member that says whose an answer is. */
export const CUSTOMER = 'customer';

const offered = new WeakMap<ServedCustomers, readonly Operation[]>();

/**
 * The operations that this server offers, as it publishes them. With several customers each takes one in `customer` and answers
 * whose it is; with one nothing is added.
 *
 * @throws TestioError `unknown_tool_configured`
 */
export function offeredOperations({ config, customers }: Runtime): readonly Operation[] {
  const known = offered.get(customers);
  if (known !== undefined) return known;
  const published = operationsFor(config, customers);
  offered.set(customers, published);
  return published;
}

/**
 * The tools that a server of these customers would list, whether it could start or not: no token is asked for.
 *
 * @throws TestioError `unknown_tool_configured`, and what is wrong with the configuration
 */
export function listedTools({ selected, names, config: configOf }: Customers): PublishedTool[] {
  const config = configOf(selected);
  const served = names.filter((name) => config.servedCustomers?.includes(name) ?? true);
  return operationsFor(config, { selected, names: served }).map(publishedTool);
}

type Named = Pick<ServedCustomers, 'names' | 'selected'>;

function operationsFor(config: Config, customers: Named): readonly Operation[] {
  const exposed = exposedOperations(config);
  return customers.names.length === 1 ? exposed : exposed.map((each) => forCustomers(each, customers));
}

function forCustomers(operation: Operation, { names, selected }: Named): Operation {
  const whose = z.enum(names).optional().describe(`Whose; ${selected} unless given.`);
  return {
    ...operation,
    input: operation.input.extend({ [CUSTOMER]: whose }),
    output: operation.output.extend({ [CUSTOMER]: z.string().describe('Whose this is.') }),
  };
}

/** The parts of a call: whom it is about (undefined: the selected customer), and the input that the operation knows. */
export function splitCustomer(input: Readonly<Record<string, unknown>>): {
  readonly customer: unknown;
  readonly rest: Readonly<Record<string, unknown>>;
} {
  const { [CUSTOMER]: customer, ...rest } = input;
  return { customer, rest };
}

/** Calls that go on from an answer stay with its customer. */
export function aboutCustomer(calls: readonly NextCall[], customer: unknown): NextCall[] {
  return calls.map((call) =>
    customer === undefined ? call : { ...call, arguments: { ...call.arguments, [CUSTOMER]: customer } },
  );
}

/** What a client tells its model about this server. */
export function instructionsFor({ names, selected }: ServedCustomers): string {
  if (names.length === 1) return INSTRUCTIONS;
  return `${INSTRUCTIONS}

There are several customers: ${names.join(', ')}. Each is an account of its own, with ids of its own. Say ${CUSTOMER} to ask about one; ${selected} is meant where nobody is named, and in resources. Never mix what is of different customers.`;
}
