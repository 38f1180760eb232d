export type { PhaseOutcome, SyncFailure, SyncRunRecord } from './run-record.ts';
export type { SyncDependencies, SyncOptions, SyncProgress } from './sync.ts';
