import type { Operation } from './operation.ts';

/** What operations are for, as settings name them together. */
export const TOOL_GROUPS = ['discover', 'summarise', 'analyse', 'operate'] as const;
export type ToolGroup = (typeof TOOL_GROUPS)[number];

/** Names follow what an operation does, so its group follows from its name. */
const BY_NAME: readonly (readonly [RegExp, ToolGroup])[] = [
  [/^(list_|search$|get_triage_queue$)/, 'discover'],
  [/_summary$/, 'summarise'],
  [/^(sync_|get_server_|get_problematic_)/, 'operate'],
];

/** The group of an operation: finding things, one thing in short, numbers over many, or the program itself. */
export function toolGroup({ name }: Pick<Operation, 'name'>): ToolGroup {
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? 'analyse';
}
