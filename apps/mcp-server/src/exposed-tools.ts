import { TestioError } from '@testio-mcp/domain';
import { findOperation, type Operation, operations } from '@testio-mcp/insights';
import type { Config } from '@testio-mcp/runtime';

/**
 * The operations that this server offers as tools, in the catalogue's order: all, or what ENABLED_TOOLS or
 * DISABLED_TOOLS leave of them. A tool that is not offered cannot be called either.
 *
 * @throws TestioError `unknown_tool_configured` for a name that no tool has
 */
export function exposedOperations(config: Config): readonly Operation[] {
  const named = config.enabledTools ?? config.disabledTools;
  if (named === null) return operations;
  const setting = config.enabledTools === null ? 'DISABLED_TOOLS' : 'ENABLED_TOOLS';
  const unknown = named.filter((name) => findOperation(name) === undefined);
  if (unknown.length > 0) {
    throw new TestioError({
      kind: 'configuration',
      code: 'unknown_tool_configured',
      message: `${setting} names tools that do not exist: ${unknown.join(', ')}.`,
      next: `Choose among: ${operations.map(({ name }) => name).join(', ')}.`,
      field: setting,
      received: unknown,
      accepted: operations.map(({ name }) => name),
    });
  }
  // Older names of tools count too.
  const chosen = new Set(named.map((name) => findOperation(name)?.name));
  return operations.filter(({ name }) => chosen.has(name) === (config.enabledTools !== null));
}

/** Says that a tool exists but is not offered here. */
export function toolNotOffered(name: string): TestioError {
  return new TestioError({
    kind: 'permission',
    code: 'tool_not_offered',
    message: `The tool ${name} is switched off on this server by ENABLED_TOOLS or DISABLED_TOOLS.`,
    next: 'Use one of the tools that the server lists, or ask whoever runs it to offer this one.',
    field: 'name',
    received: name,
  });
}
