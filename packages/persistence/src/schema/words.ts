// Imports nothing: these types stand in the declarations that are published, and those do without the ORM.

/** 0 or 1. */
export type Flag = 0 | 1;

/** The only words for the state of a run. `cancelled` is written by the run itself; a killed run is repaired at start. */
export const RUN_STATUS = ['running', 'completed', 'partial', 'failed', 'cancelled'] as const;
export type SyncRunStatus = (typeof RUN_STATUS)[number];

/** The only words for how one phase of one product ended. */
export const OUTCOME_STATUS = ['completed', 'partial', 'failed', 'skipped'] as const;
export type SyncOutcomeStatus = (typeof OUTCOME_STATUS)[number];
