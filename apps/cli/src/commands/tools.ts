import { operations, type PublishedTool, publishedTool } from '@testio-mcp/insights';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { accountCustomers } from '../session.ts';
import { table } from '../table.ts';

/** Lists the tools that the server offers: what each answers, and with `--json` their schemas, as MCP lists them. */
export async function tools(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  const listed = await toolsOf(invocation);
  if (output.json) {
    output.printJson({ tools: listed });
    return EXIT.done;
  }
  output.print(
    table({
      head: ['Name', 'Title', 'What it answers'],
      rows: listed.map(({ name, title, description }) => [name, title, firstLine(description)]),
      wraps: 2,
    }),
  );
  return EXIT.done;
}

/** The demo has one customer, and all tools. */
async function toolsOf(invocation: Invocation): Promise<readonly PublishedTool[]> {
  if (invocation.demo) return operations.map(publishedTool);
  const { listedTools } = await import('@testio-mcp/server');
  return listedTools(accountCustomers(invocation));
}

function firstLine(description: string): string {
  return description.split('\n', 1)[0] ?? '';
}
