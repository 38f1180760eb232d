import { operations } from '@testio-mcp/insights';
import { SETTINGS } from '@testio-mcp/runtime';

/** Where an extension runs: the system and processor of the one driver that it carries, as the driver names them. */
export const EXTENSION_TARGETS = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64',
  'linux-x64',
  'win32-arm64',
  'win32-x64',
] as const;
export type ExtensionTarget = (typeof EXTENSION_TARGETS)[number];

/** The target of the machine that this runs on: the only one that can be tried here. */
export const OWN_TARGET = `${process.platform}-${process.arch}`;

/** What Claude Desktop reads about an extension: what it is, what to ask the user, how to start it. */
export function extensionManifest(target: ExtensionTarget, version: string) {
  const [system = ''] = target.split('-');
  const untried =
    target === OWN_TARGET ? [] : ['', `This package for ${target} was made on another system and is unverified.`];
  return {
    manifest_version: '0.3',
    name: 'testio-mcp',
    display_name: 'Test IO',
    version,
    description: 'Answers about your Test IO account: tests, bugs, features, quality.',
    long_description: [
      'Keeps a local copy of your Test IO account and answers from it, with how old and how complete each answer is. It only',
      'reads from Test IO; the copy stays on your computer.',
      ...untried,
    ].join('\n'),
    author: { name: 'testio-mcp' },
    license: 'MIT',
    keywords: ['test-io', 'quality', 'crowdtesting'],
    server: {
      type: 'node',
      entry_point: 'bin/testio-mcp.js',
      mcp_config: {
        command: 'node',
        args: [`${filledIn('__dirname')}/bin/testio-mcp.js`],
        env: {
          TESTIO_CUSTOMER_API_TOKEN: filledIn('user_config.api_token'),
          TESTIO_CUSTOMER_API_BASE_URL: filledIn('user_config.base_url'),
        },
      },
    },
    user_config: {
      api_token: {
        type: 'string',
        title: 'API token',
        description: 'From the Integrations page of your Test IO account.',
        sensitive: true,
        required: true,
      },
      base_url: {
        type: 'string',
        title: 'Address of the API',
        description: 'Only for a staging account; leave it as it is otherwise.',
        required: false,
        default: SETTINGS.apiBaseUrl.default,
      },
    },
    tools: operations.map(({ name, title }) => ({ name, description: title })),
    compatibility: { platforms: [system], runtimes: { node: '>=22.19' } },
  };
}

/** Claude Desktop puts the value there. */
function filledIn(name: string): string {
  return `\${${name}}`;
}
