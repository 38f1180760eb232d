import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { toTestioError } from '@testio-mcp/domain';
import type { Operation } from '@testio-mcp/insights';
import type { Runtime } from '@testio-mcp/runtime';
import { z } from 'zod';
import { callWriter } from '../call-texts.ts';
import { PROMPTS } from '../prompts/catalogue.ts';
import { completionsOf } from '../prompts/completions.ts';
import type { PromptArgument } from '../prompts/prompt.ts';
import { cleanArgument, subjectOf } from '../prompts/subject.ts';
import { protocolError } from './protocol-error.ts';

/** Offers the prompts, with texts that name only tools which the server offers. */
export function addPrompts(mcp: McpServer, runtime: Runtime, offered: readonly Operation[]): void {
  const write = callWriter(offered);
  for (const prompt of PROMPTS) {
    const { name, title, description } = prompt;
    const fields = Object.entries(prompt.arguments).map(([field, facts]) => [field, argumentSchema(runtime, facts)]);
    const argsSchema = Object.fromEntries(fields) as Record<string, z.ZodType<string | undefined>>;
    mcp.registerPrompt(name, { title, description, argsSchema }, async (args) => {
      const given = args as Record<string, string | undefined>;
      try {
        const text = prompt.build(
          {
            product: await subjectOf(runtime, 'product', given.product),
            test: await subjectOf(runtime, 'test', given.test),
            text: (field) => cleanArgument(given[field]),
          },
          write,
        );
        return { description, messages: [{ role: 'user', content: { type: 'text', text } }] };
      } catch (thrown) {
        throw protocolError(toTestioError(thrown));
      }
    });
  }
}

function argumentSchema(runtime: Runtime, { description, required, completedFrom }: PromptArgument) {
  const text = z.string().describe(description);
  const schema = required ? text : text.optional().describe(description);
  if (completedFrom === undefined) return schema;
  return completable(schema, (typed) => completionsOf(runtime, completedFrom, typed ?? ''));
}
