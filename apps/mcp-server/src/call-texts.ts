import { findOperation, type Operation, takesInput } from '@testio-mcp/insights';

/** A call as a text may suggest it: the tool and its input. */
export type Call = readonly [name: string, input: Readonly<Record<string, unknown>>];

/**
 * Writes the first of these calls that can be made here: the tool is offered and takes the input. Null when there is none.
 * Texts for models name tools through this alone, so that they cannot name one that does not exist or is switched off.
 */
export type WriteCall = (...calls: readonly Call[]) => string | null;

/**
 * Makes the writer of calls for a server that offers these operations.
 *
 * @param also what each call takes besides, whatever it is about
 */
export function callWriter(offered: readonly Operation[], also: Readonly<Record<string, unknown>> = {}): WriteCall {
  const names = new Set(offered.map(({ name }) => name));
  return (...calls) => {
    const call = calls.find(([name, input]) => {
      const operation = findOperation(name);
      return operation !== undefined && names.has(operation.name) && takesInput(operation, input);
    });
    return call === undefined ? null : callText([call[0], { ...call[1], ...also }]);
  };
}

/** Name and input in one code span. A backtick in the input would end the span. */
function callText([name, input]: Call): string {
  return `\`${name} ${JSON.stringify(input).replaceAll('`', '\\u0060')}\``;
}
