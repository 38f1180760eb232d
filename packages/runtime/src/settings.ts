import type { Setting, Settings } from './setting.ts';
import { API_SETTINGS } from './settings/api.ts';
import { LOGS_SETTINGS } from './settings/logs.ts';
import { REPORTS_SETTINGS } from './settings/reports.ts';
import { SERVER_SETTINGS } from './settings/server.ts';
import { STORE_SETTINGS } from './settings/store.ts';
import { SYNC_SETTINGS } from './settings/sync.ts';

/** Every setting there is, defined once: parsing, help, the reference page and error messages are made from this. */
export const SETTINGS = {
  ...API_SETTINGS,
  ...STORE_SETTINGS,
  ...SYNC_SETTINGS,
  ...SERVER_SETTINGS,
  ...REPORTS_SETTINGS,
  ...LOGS_SETTINGS,
} as const satisfies Settings;

/** Name of a setting inside the program. */
export type SettingName = keyof typeof SETTINGS;

type ValueOf<S> = S extends Setting<infer T, infer D> ? T | D : never;

/** The value of every setting, secrets wrapped. */
export type SettingValues = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> };

/** All names, in the order in which help and reference pages show them. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS) as SettingName[];
