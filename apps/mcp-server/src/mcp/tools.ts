import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { toTestioError } from '@testio-mcp/domain';
import {
  findOperation,
  nextCalls,
  nextCallsAfterError,
  type Operation,
  publishedTool,
  withChoice,
} from '@testio-mcp/insights';
import type { CallOptions, CallResult, Runtime } from '@testio-mcp/runtime';
import { toolNotOffered } from '../exposed-tools.ts';
import { aboutCustomer, splitCustomer } from '../several-customers.ts';
import { withAppView, withViewOf } from './app-view.ts';
import { chooser } from './choice.ts';
import { progressTeller } from './progress.ts';
import { answerResult, errorResult } from './tool-result.ts';

type Input = Record<string, unknown>;

/** Questions back to the person for one call: each title in it may fit several things. */
const MOST_CHOICES = 3;

/**
 * Offers operations as tools. They are listed and called by own handlers: the SDK's would convert every schema at each listing
 * and report bad input as plain text.
 */
export function addTools(mcp: McpServer, runtime: Runtime, offered: readonly Operation[]): void {
  const names = new Set(offered.map(({ name }) => name));
  // Converting the schemas takes as long as all the rest of a start: who only says hello does not wait for it.
  mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: offered.map((each): Tool => withAppView(mcp, each, publishedTool(each))),
  }));
  mcp.server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra): Promise<CallToolResult> => {
    const { name, arguments: given = {} } = params;
    const known = findOperation(name);
    if (known !== undefined && !names.has(known.name)) return errorResult(toolNotOffered(name));
    let input: Input = given;
    try {
      const { signal } = extra;
      const onProgress = progressTeller(params._meta?.progressToken, (note) => extra.sendNotification(note));
      const choose = chooser(mcp, extra);
      const answer = await answered(runtime, name, input, { signal, onProgress }, async (thrown) => {
        const error = toTestioError(thrown);
        const chosen = await choose(error);
        const changed = chosen === null ? null : withChoice(input, error.facts.received, chosen);
        if (changed !== null) input = changed;
        return changed;
      });
      const { output, text } = answer;
      const { customer, rest } = splitCustomer(input);
      const next = aboutCustomer(nextCalls({ name, input: rest }, output, names), customer);
      return await withViewOf(mcp, answer.operation, output, answerResult(output, text, next));
    } catch (thrown) {
      const error = toTestioError(thrown);
      const { customer, rest } = splitCustomer(input);
      const next = nextCallsAfterError({ name, input: rest }, error.report(), names);
      return errorResult(error, aboutCustomer(next, customer));
    }
  });
}

/** Calls, and calls again with what the person chose while a title fits several things. */
async function answered(
  runtime: Runtime,
  name: string,
  input: Input,
  options: CallOptions,
  choose: (thrown: unknown) => Promise<Input | null>,
): Promise<CallResult> {
  let asked = input;
  for (let choices = 0; ; choices += 1) {
    try {
      return await runtime.call(name, asked, options);
    } catch (thrown) {
      const changed = choices < MOST_CHOICES ? await choose(thrown) : null;
      if (changed === null) throw thrown;
      asked = changed;
    }
  }
}
