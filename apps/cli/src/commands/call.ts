import { text } from 'node:stream/consumers';
import { TestioError } from '@testio-mcp/domain';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { withSession } from '../session.ts';

/**
 * Runs one operation by the name of its tool.
 *
 * @param input a JSON object; `-` reads it from stdin; absent means no parameters
 * @throws TestioError `invalid_json` for input that is not a JSON object; whatever the operation throws
 */
export async function call(invocation: Invocation, name: string, input: string | undefined): Promise<number> {
  const parameters = parseInput(input === '-' ? await text(process.stdin) : input);
  return withSession(invocation, { token: true, fills: false }, async ({ runtime, interruption }) => {
    const answer = await runtime.call(name, parameters, { signal: interruption.signal });
    if (invocation.output.json) invocation.output.printJson(answer.output);
    else invocation.output.print(answer.text);
    return EXIT.done;
  });
}

function parseInput(input: string | undefined): unknown {
  if (input === undefined || input.trim() === '') return {};
  try {
    return JSON.parse(input);
  } catch (error) {
    throw new TestioError({
      kind: 'validation',
      code: 'invalid_json',
      message: `The input is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
      next: `Give one JSON object in quotes, such as '{"product_id": 598}', or - to read it from stdin.`,
      cause: error,
    });
  }
}
