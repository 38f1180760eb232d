export { readAccountProducts } from './account-check.ts';
export { type Config, type Customers, loadConfig, loadCustomers } from './config.ts';
export { readConfigFile } from './config-file.ts';
export { commonConfigFile, customerConfigFile, olderConfigFile, UNNAMED_CUSTOMER } from './config-layout.ts';
export { type ConfigSources, findPlaces, type Places } from './config-places.ts';
export { changeConfigFile, type SettingChanges, settingText, type WrittenConfig } from './config-writer.ts';
export { unknownCustomer } from './customer-choice.ts';
export { type ExaminationOptions, examine } from './doctor/examine.ts';
export {
  DOCTOR_CHECKS,
  type DoctorCheck,
  type Finding,
  type FindingLevel,
  type Found,
  worstLevel,
} from './doctor/finding.ts';
export type { Freshening } from './keep-fresh.ts';
export { serverLogFile } from './log-file.ts';
export { createLogger, type LogDestination, type Logger, openLogger } from './logger.ts';
export { type OlderLine, readOlderConfig } from './older-config.ts';
export { followLog, type LogEntry, type LogLevel, readLogEnd } from './read-log.ts';
export { redactRemembered, rememberSecrets, rememberToken } from './redaction.ts';
export {
  type CallOptions,
  type CallResult,
  openRuntime,
  type Runtime,
  type RuntimeOptions,
  type RuntimeSyncOptions,
} from './runtime.ts';
export { Secret } from './secret.ts';
export {
  onlyCustomer,
  openRuntimes,
  type RuntimesOptions,
  type ServedCustomers,
  servedCustomers,
} from './served-customers.ts';
export { SETTING_GROUPS, type Setting, type SettingGroup } from './setting.ts';
export { type GivenValue, ORIGINS, type Origin } from './setting-sources.ts';
export {
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type SettingValues,
} from './settings.ts';
export { settingsHelp } from './settings-help.ts';
export { type HeapUse, keepHeapSmall, keepNewSpaceSmall } from './small-heap.ts';
export {
  type MigratedEvent,
  type StoreCare,
  type StoreCheckName,
  type StoreCheckResult,
  type StoreInspection,
  storeCare,
} from './store-care.ts';
export { type ThresholdSettings, thresholdsOf } from './thresholds.ts';
export { hasToken, readToken, requireToken } from './token-access.ts';
export {
  isKeychainThere,
  removeToken,
  type TokenPlace,
  tokenPlaceOf,
  type WrittenToken,
  writeTokenTo,
} from './token-place.ts';
export { programVersion } from './version.ts';
export { replaceFile } from './whole-file.ts';
