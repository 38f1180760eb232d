import { SETTING_GROUPS } from './setting.ts';
import { SETTING_NAMES, SETTINGS, type SettingName } from './settings.ts';

const INDENT = '      ';

function lines(name: SettingName): string {
  const { variable, help, type, default: value } = SETTINGS[name];
  const facts = value === null ? type.accepts : `${type.accepts}; default ${value}`;
  return `  ${variable}\n${INDENT}${help}\n${INDENT}${facts.charAt(0).toUpperCase()}${facts.slice(1)}.`;
}

/** All settings as help pages show them: by group, with what they accept and their defaults. */
export function settingsHelp(): string {
  return SETTING_GROUPS.map((group) => {
    const names = SETTING_NAMES.filter((name) => SETTINGS[name].group === group);
    return `${group}:\n${names.map(lines).join('\n')}`;
  }).join('\n\n');
}
