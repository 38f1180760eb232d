export { type CyclePlan, dueIn } from './background/cycle.ts';
export {
  type Background,
  type BackgroundEvent,
  type BackgroundOptions,
  startBackground,
} from './background/scheduler.ts';
export { waitForTurn } from './lease/wait-for-turn.ts';
export { forgetProblems } from './refresh/forget-problems.ts';
export { Refresher } from './refresh/refresher.ts';
export type { RefreshedKind, RefreshOptions, RefreshReport, Shown } from './refresh/shown.ts';
export type { PhaseOutcome, SyncFailure, SyncMode, SyncRunRecord } from './run-record.ts';
export { runSync, type SyncDependencies, type SyncOptions, type SyncProgress } from './sync.ts';
export { type PlannedPhase, type PlanOptions, planSync, type SyncPlan } from './sync-plan.ts';
