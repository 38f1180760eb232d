import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS } from '@testio-mcp/runtime';
import { ROOT } from '../step.ts';

/** server.json: how the MCP registry lists the product. Everything in it is said elsewhere already. */
export function serverJson(): string {
  const { name, version, mcpName } = JSON.parse(readFileSync(join(ROOT, 'apps/cli/package.json'), 'utf8')) as Manifest;
  const listing = {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: mcpName,
    title: 'Test IO',
    description: 'Answers about your Test IO account: tests, bugs, features, quality. Reads only.',
    version,
    packages: [
      {
        registryType: 'npm',
        identifier: name,
        version,
        transport: { type: 'stdio' },
        environmentVariables: [variable(SETTINGS.token), variable(SETTINGS.apiBaseUrl)],
      },
    ],
  };
  return `${JSON.stringify(listing, null, 2)}\n`;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  /** What the registry looks for in the package, to know that the listing and the package are of the same people. */
  readonly mcpName: string;
}

/** A setting, as far as the registry hears of it. */
interface Told {
  readonly variable: string;
  readonly help: string;
  readonly secret: boolean;
  readonly default: string | null;
}

function variable({ variable: name, help, secret, default: usual }: Told) {
  return {
    name,
    description: help,
    isRequired: usual === null,
    isSecret: secret,
    ...(usual === null ? {} : { default: usual }),
  };
}
