import { TestioError } from '@testio-mcp/domain';
import { findOperation, nearest, type Operation, operations, TOOL_GROUPS, toolGroup } from '@testio-mcp/insights';
import type { Config } from '@testio-mcp/runtime';

type Choice = Pick<Config, 'enabledTools' | 'disabledTools' | 'readOnly'>;

/**
 * The operations that this server offers as tools, in the catalogue's order: all, or what ENABLED_TOOLS, DISABLED_TOOLS and
 * TESTIO_READ_ONLY leave of them. A tool that is not offered cannot be called either.
 *
 * @throws TestioError `unknown_tool_configured` for a name that neither a tool nor a group of tools has
 */
export function exposedOperations(config: Choice): readonly Operation[] {
  const named = config.enabledTools ?? config.disabledTools ?? [];
  const setting = config.enabledTools === null ? 'DISABLED_TOOLS' : 'ENABLED_TOOLS';
  const unknown = named.filter((name) => membersOf(name).length === 0);
  if (unknown.length > 0) throw unknownTools(setting, unknown);
  const chosen = new Set(named.flatMap(membersOf));
  return operations.filter((operation) => {
    if (config.readOnly && !operation.effects.readOnly) return false;
    return config.enabledTools === null ? !chosen.has(operation) : chosen.has(operation);
  });
}

/** Says that a tool exists but is not offered here. */
export function toolNotOffered(name: string): TestioError {
  return new TestioError({
    kind: 'permission',
    code: 'tool_not_offered',
    message: `The tool ${name} is switched off on this server by ENABLED_TOOLS, DISABLED_TOOLS or TESTIO_READ_ONLY.`,
    next: 'Use one of the tools that the server lists, or ask whoever runs it to offer this one.',
    field: 'name',
    received: name,
  });
}

/** The operation of this name, also an older one, or all of a group. */
function membersOf(name: string): readonly Operation[] {
  const operation = findOperation(name);
  return operation === undefined ? operations.filter((each) => toolGroup(each) === name) : [operation];
}

function unknownTools(setting: string, unknown: readonly string[]): TestioError {
  const accepted = nearest(unknown[0] ?? '', [...TOOL_GROUPS, ...operations.map(({ name }) => name)]);
  return new TestioError({
    kind: 'configuration',
    code: 'unknown_tool_configured',
    message: `${setting} names tools that do not exist: ${unknown.join(', ')}.`,
    next: `Name tools as \`testio-mcp tools\` lists them, such as ${accepted[0]}, or the groups ${TOOL_GROUPS.join(', ')}.`,
    field: setting,
    received: unknown,
    accepted,
  });
}
