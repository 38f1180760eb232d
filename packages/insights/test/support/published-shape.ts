import { Ajv, type ValidateFunction } from 'ajv';
import { expect } from 'vitest';
import { type Answer, publishedTool } from '../../src/index.ts';

const ajv = new Ajv({ strict: true, allErrors: true });
const validators = new Map<string, ValidateFunction>();

/** Every answer that a test gets must fit the output schema that clients were given, and be rendered as text. */
export function expectPublishedShape({ operation, output, text }: Answer): void {
  let validate = validators.get(operation.name);
  if (validate === undefined) {
    validate = ajv.compile(publishedTool(operation).outputSchema);
    validators.set(operation.name, validate);
  }
  // As it goes over the wire.
  validate(JSON.parse(JSON.stringify(output)));
  expect(validate.errors ?? []).toEqual([]);
  expect(Object.values(output)).not.toContain(undefined);
  expect(text).not.toMatch(/"completeness"|\[object /);
}
