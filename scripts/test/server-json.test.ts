import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { ROOT } from '../step.ts';

const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

test('server.json is as the MCP registry takes it, of the version and under the name of the package', () => {
  const validate = new Ajv().compile(read('scripts/registry/server-json.schema.json'));
  const listing = read('server.json');
  validate(listing);
  expect(validate.errors).toBeNull();
  const { name, version, mcpName } = read('apps/cli/package.json');
  expect(listing).toMatchObject({ name: mcpName, version, packages: [{ identifier: name, version }] });
  expect(listing.packages[0].environmentVariables[0]).toMatchObject({ isRequired: true, isSecret: true });
  expect(validate({ ...listing, version: '^1.0.0' })).toBe(false);
});
