import { operations, publishedTool } from '@testio-mcp/insights';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../table.ts';

/** Lists the operations: what each answers, and with `--json` their schemas, as MCP lists them. */
export async function tools({ output }: Invocation): Promise<number> {
  if (output.json) {
    output.printJson({ tools: operations.map(publishedTool) });
    return EXIT.done;
  }
  output.print(
    table({
      head: ['Name', 'Title', 'What it answers'],
      rows: operations.map(({ name, title, description }) => [name, title, firstLine(description)]),
      wraps: 2,
    }),
  );
  return EXIT.done;
}

function firstLine(description: string): string {
  return description.split('\n', 1)[0] ?? '';
}
