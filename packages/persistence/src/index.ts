export { type AccountFacts, checkAccount, recordApiBaseUrl } from './account.ts';
export { builtOnce } from './built-once.ts';
export { COUNTED_SEVERITIES, COUNTED_STATUSES } from './counted-words.ts';
export {
  closeFailures,
  type FailureFacts,
  type FailureScope,
  type Forgotten,
  failureKey,
  forgetFailures,
  listOpenFailures,
  type OpenFailure,
  recordFailure,
} from './failures.ts';
export {
  acquireLease,
  LEASE_HEARTBEAT_MS,
  LEASE_TTL_MS,
  type Lease,
  type LeaseHolder,
  type LeaseTiming,
  readLeaseHolder,
  readLeaseToken,
  releaseLease,
  renewLease,
  syncInProgress,
} from './lease.ts';
export {
  checkStore,
  STORE_CHECKS,
  type StoreCheckName,
  type StoreCheckOptions,
  type StoreCheckResult,
} from './maintenance/check.ts';
export { forgetOldTests, keepTestsFor } from './maintenance/forget.ts';
export { inspectStore, type StoreBackup, type StoreInspection, type StoreSyncs } from './maintenance/inspect.ts';
export { backupStore, compactStore } from './maintenance/maintain.ts';
export { migrateDown, migrateUp } from './maintenance/migrate.ts';
export { keepNames, keepPseudonymsAgain } from './maintenance/pseudonymise.ts';
export { type RemovedStore, removeStore } from './maintenance/remove.ts';
export { hasTraces, removeTraces } from './maintenance/traces.ts';
export { type MigratedEvent, openStore, type StoreOptions } from './open-store.ts';
export { type Most, RecentlyUsed } from './recently-used.ts';
export { type Query, remembered, rememberedAs, rememberedRow, sqlQuery } from './remembered.ts';
export {
  finishRun,
  type RunEnd,
  type RunOutcome,
  type RunStart,
  recordOutcome,
  repairOrphanedRuns,
  startRun,
} from './run-log.ts';
export type { StoreTables } from './schema/tables.ts';
export type { Flag, SyncOutcomeStatus, SyncRunStatus } from './schema/words.ts';
export { sqliteVersion } from './sqlite/connection.ts';
export { idList, textList } from './sqlite/id-list.ts';
export { createPrivateFolder } from './sqlite/private-folder.ts';
export {
  checkSearchIndex,
  documentKind,
  kindWord,
  productWord,
  SEARCH_KINDS,
  type SearchIndexState,
  type SearchKind,
  type SearchKindCounts,
} from './sqlite/search-index.ts';
export type { ReadScope, Store, WriteScope } from './store.ts';
export { type SavedBugs, saveBugs } from './write/bugs.ts';
export { type StoryRun, saveExecutions } from './write/executions.ts';
export { type ListedFeature, type SaveFeaturesOptions, saveFeatures } from './write/features.ts';
export { saveProducts } from './write/products.ts';
export { readRejectReasons, saveRejectReasons } from './write/reject-reasons.ts';
export { retentionDaysOf } from './write/retention.ts';
export {
  confirmTests,
  type FinishTestListOptions,
  finishTestList,
  saveTestDetails,
  saveTests,
  stampDiscovery,
} from './write/tests.ts';
