import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { toTestioError } from '@testio-mcp/domain';
import type { Operation } from '@testio-mcp/insights';
import type { Runtime, ServedCustomers } from '@testio-mcp/runtime';
import { z } from 'zod';
import { callWriter } from '../call-texts.ts';
import { exposedOperations } from '../exposed-tools.ts';
import { PROMPTS } from '../prompts/catalogue.ts';
import { completionsOf } from '../prompts/completions.ts';
import type { PromptArgument } from '../prompts/prompt.ts';
import { cleanArgument, subjectOf } from '../prompts/subject.ts';
import { CUSTOMER } from '../several-customers.ts';
import { protocolError } from './protocol-error.ts';

/**
 * Offers the prompts, with texts that name only tools which the server offers. With several customers each takes one, and its calls are
 * about that one.
 */
export function addPrompts(mcp: McpServer, runtime: Runtime, offered: readonly Operation[]): void {
  const { customers } = runtime;
  for (const prompt of PROMPTS) {
    const { name, title, description } = prompt;
    const fields = Object.entries(prompt.arguments).map(([field, facts]) => [field, argumentSchema(customers, facts)]);
    if (customers.names.length > 1) fields.push([CUSTOMER, customerSchema(customers)]);
    const argsSchema = Object.fromEntries(fields) as Record<string, z.ZodType<string | undefined>>;
    mcp.registerPrompt(name, { title, description, argsSchema }, async (args) => {
      const given = args as Record<string, string | undefined>;
      try {
        const asked = await customers.runtimeOf(given[CUSTOMER]);
        const text = prompt.build(
          {
            product: await subjectOf(asked, 'product', given.product),
            test: await subjectOf(asked, 'test', given.test),
            text: (field) => cleanArgument(given[field]),
          },
          callWriter(offeredAbout(asked, offered), given[CUSTOMER] ? { [CUSTOMER]: given[CUSTOMER] } : {}),
        );
        return { description, messages: [{ role: 'user', content: { type: 'text', text } }] };
      } catch (thrown) {
        throw protocolError(toTestioError(thrown));
      }
    });
  }
}

/** What a customer's own configuration switches off is not done about it. */
function offeredAbout({ config }: Runtime, offered: readonly Operation[]): readonly Operation[] {
  const names = new Set(exposedOperations(config).map(({ name }) => name));
  return offered.filter(({ name }) => names.has(name));
}

function customerSchema({ names, selected }: ServedCustomers) {
  const schema = z.string().optional().describe(`Whose; ${selected} unless given.`);
  return completable(schema, (typed) => names.filter((name) => name.startsWith(typed ?? '')));
}

function argumentSchema(customers: ServedCustomers, { description, required, completedFrom }: PromptArgument) {
  const text = z.string().describe(description);
  const schema = required ? text : text.optional().describe(description);
  if (completedFrom === undefined) return schema;
  return completable(schema, async (typed, context) =>
    completionsOf(await customers.runtimeOf(context?.arguments?.[CUSTOMER]), completedFrom, typed ?? ''),
  );
}
