import type { PlannedPhase, SyncPlan } from '@testio-mcp/sync-engine';
import { count } from './numbers.ts';
import { wrapped } from './output.ts';
import { table } from './table.ts';

/** What a sync would ask for, for people: one line, and a table of requests with their reasons per product. */
export function syncPlanText(plan: SyncPlan): string {
  const line =
    plan.requests === null
      ? 'This account was never synced.'
      : `A sync (${plan.mode}) would send ${count(plan.requests, 'request')} if nothing has changed. Nothing was asked for.`;
  const rows = plan.phases.map((phase) => [
    productName(phase),
    phase.phase,
    phase.requests === null ? '' : count(phase.requests),
    phase.why.length === 0 ? 'nothing is due' : phase.why.join('; '),
  ]);
  const head = ['Product', 'Phase', 'Requests', 'Why'];
  return `${wrapped(line, 0)}\n\n${table({ head, rows, numbers: [2], wraps: 3 })}`;
}

function productName(phase: PlannedPhase): string {
  return phase.product_id === null ? 'Account' : `${phase.product_title ?? 'Product'} (${phase.product_id})`;
}
