import { SETTING_GROUPS, SETTING_NAMES, SETTINGS } from '@testio-mcp/runtime';
import { GENERATED, table } from './markdown.ts';

/** docs/reference/configuration.md: every setting, from the one definition that also parses it. */
export function configurationPage(): string {
  return [
    '# Configuration',
    GENERATED,
    'Settings are environment variables, or lines `NAME=value` in the configuration file (`config.env` in the home folder, or the one that `--env-file` names). Flags win over the environment, the environment over the file, the file over the defaults. Empty values count as absent; all mistakes are reported at once.',
    ...SETTING_GROUPS.flatMap((group) => [
      `## ${group}`,
      table(
        ['Setting', 'Meaning', 'Accepts', 'Default'],
        SETTING_NAMES.filter((name) => SETTINGS[name].group === group).map((name) => {
          const { variable, help, type, secret, default: value } = SETTINGS[name];
          return [
            `\`${variable}\``,
            secret ? `${help} Secret.` : help,
            type.accepts,
            value === null ? '' : `\`${value}\``,
          ];
        }),
      ),
    ]),
    '',
  ].join('\n\n');
}
