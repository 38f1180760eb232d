import type { Secret } from './secret.ts';
import type { SettingType } from './setting-type.ts';

export const SETTING_GROUPS = ['API', 'Store', 'Sync', 'Server', 'Reports', 'Logs and clock'] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];

export interface Setting<T, D extends T | null> {
  /** Name in the environment and in the configuration file. */
  readonly variable: string;
  readonly group: SettingGroup;
  readonly type: SettingType<T>;
  /** Null: no value unless somebody sets one. */
  readonly default: D;
  readonly help: string;
  readonly secret: boolean;
  /** Whether it belongs to one customer's account: what is said for one must never hold for another. */
  readonly ofAccount: boolean;
}

/** Settings by their names inside the program. */
export type Settings = Readonly<Record<string, Setting<never, never> | Setting<unknown, unknown>>>;

type Facts<T, D extends T | null> = Omit<Setting<T, D>, 'variable' | 'group' | 'secret' | 'ofAccount'>;

/** Makes settings of a group. */
export function group(name: SettingGroup) {
  return <T, D extends T | null>(variable: string, facts: Facts<T, D>): Setting<T, D> => ({
    variable,
    group: name,
    secret: false,
    ofAccount: false,
    ...facts,
  });
}

/** Makes a setting's value one that must not be seen. */
export function secret<D extends Secret | null>(setting: Setting<Secret, D>): Setting<Secret, D> {
  return { ...setting, secret: true };
}

/** Makes a setting belong to one customer's account. */
export function ofAccount<T, D extends T | null>(setting: Setting<T, D>): Setting<T, D> {
  return { ...setting, ofAccount: true };
}
