import { SETTING_GROUPS, SETTING_NAMES, SETTINGS } from '@testio-mcp/runtime';
import { GENERATED, table } from './markdown.ts';

const ACCOUNT = SETTING_NAMES.filter((name) => SETTINGS[name].ofAccount);

/** docs/reference/configuration.md: every setting, from the one definition that also parses it. */
export function configurationPage(): string {
  return [
    '# Configuration',
    GENERATED,
    "Settings are environment variables, or lines `NAME=value` in configuration files: `config.env` in the home folder holds what is common, `customers/NAME.env` what is of one customer; a file that `--env-file` names is the only one that is read. Flags win over the environment, the environment over the customer's file, that over `config.env`, and this over the defaults. Empty values count as absent; all mistakes are reported at once, and so is a setting that one file sets twice to different values.",
    `Of one account alone are ${ACCOUNT.map((name) => `\`${SETTINGS[name].variable}\``).join(', ')}: what is said for one customer never holds for another. See [several customers](../guides/several-customers.md).`,
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
