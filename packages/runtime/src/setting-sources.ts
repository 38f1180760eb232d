import { SETTING_NAMES, SETTINGS, type SettingName, type SettingValues } from './settings.ts';

/**
 * Where a value came from, strongest first: `customer` is the file of one customer, `older` that of the older product, `keychain` that of
 * the system, which holds nothing but tokens.
 */
export const ORIGINS = ['flag', 'environment', 'customer', 'file', 'older', 'keychain', 'default'] as const;
export type Origin = (typeof ORIGINS)[number];

export type Variables = Readonly<Record<string, string | undefined>>;

/** Values from the command line, by setting. */
export type Flags = Partial<Record<SettingName, string | undefined>>;

export interface SettingSources {
  readonly flags: Flags;
  readonly environment: Variables;
  readonly customer: Variables;
  readonly file: Variables;
  readonly older: Variables;
}

/** A value as somebody wrote it, trimmed and not empty. */
export interface GivenValue {
  readonly text: string;
  readonly origin: Exclude<Origin, 'keychain' | 'default'>;
}

const PLACES: Record<GivenValue['origin'], string> = {
  flag: 'on the command line',
  environment: 'in the environment',
  customer: "in the customer's file",
  file: 'in the configuration file',
  older: 'in the file of the older product',
};
const SHOWN_VALUE_LENGTH = 60;

/** What a source says about a setting, trimmed. The lower-case name counts too, as is the custom for https_proxy. */
export function givenIn(source: Variables, name: SettingName): string | undefined {
  const { variable } = SETTINGS[name];
  return source[variable]?.trim() || source[variable.toLowerCase()]?.trim() || undefined;
}

/** What the sources say about a setting, strongest first. Empty values count as absent. */
export function candidates({ flags, ...sources }: SettingSources, name: SettingName): readonly GivenValue[] {
  const all: [GivenValue['origin'], string | undefined][] = [
    ['flag', flags[name]?.trim()],
    ['environment', givenIn(sources.environment, name)],
    ['customer', givenIn(sources.customer, name)],
    ['file', givenIn(sources.file, name)],
    ['older', givenIn(sources.older, name)],
  ];
  return all.flatMap(([origin, text]) => (text ? [{ text, origin }] : []));
}

/** Takes each setting from the strongest source that has a value. */
export function takeValues(sources: SettingSources): Map<SettingName, GivenValue> {
  const taken = new Map<SettingName, GivenValue>();
  for (const name of SETTING_NAMES) {
    const [strongest] = candidates(sources, name);
    if (strongest !== undefined) taken.set(name, strongest);
  }
  return taken;
}

export interface ParsedSettings {
  /** Settings with a bad value have their default here. */
  readonly values: SettingValues;
  readonly origins: Readonly<Record<SettingName, Origin>>;
  /** One clause per bad value. */
  readonly problems: readonly string[];
}

/** Parses what was taken and fills in the defaults. Goes on after a bad value, so that all of them are reported. */
export function parseSettings(taken: ReadonlyMap<SettingName, GivenValue>): ParsedSettings {
  const problems: string[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  const origins: Partial<Record<SettingName, Origin>> = {};
  for (const name of SETTING_NAMES) {
    const setting = SETTINGS[name];
    const given = taken.get(name);
    const parsed = given && setting.type.schema.safeParse(given.text);
    values[name] = parsed?.success ? parsed.data : setting.default;
    origins[name] = given?.origin ?? 'default';
    if (given === undefined || parsed?.success) continue;
    const shown = setting.secret ? '' : `, not ${JSON.stringify(given.text.slice(0, SHOWN_VALUE_LENGTH))}`;
    problems.push(`${setting.variable} ${PLACES[given.origin]} must be ${setting.type.accepts}${shown}`);
  }
  // The loop above has filled in every name, each from its own definition.
  return { values: values as SettingValues, origins: origins as Record<SettingName, Origin>, problems };
}
