import { type ObjectSchema, type Operation, publishedTool } from '@testio-mcp/insights';
import { CUSTOMER } from '../several-customers.ts';

/** Where a sync is begun by POST and its status is read by GET. */
export const SYNC_PATH = '/sync';

/** What of the diagnostics is about syncs. */
const MEMBERS: readonly string[] = [CUSTOMER, 'sync', 'background', 'as_of', 'completeness'];

/** The operation whose answer has the status in it; undefined where it is not offered. */
export function statusSource(offered: readonly Operation[]): Operation | undefined {
  return offered.find(({ name }) => name === 'get_server_diagnostics');
}

/** Who syncs now, how the last syncs ended, when the next begins, and how fresh the copy is. */
export function syncStatus(diagnostics: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(diagnostics).filter(([name]) => MEMBERS.includes(name)));
}

/** The schema of that answer. */
export function syncStatusSchema(source: Operation): ObjectSchema {
  const { properties, ...schema } = publishedTool(source).outputSchema;
  const kept = Object.entries(properties).filter(([name]) => MEMBERS.includes(name));
  return { ...schema, properties: Object.fromEntries(kept), required: kept.map(([name]) => name) };
}
