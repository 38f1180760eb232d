import type { RejectReason, TestTemplate } from '@testio-mcp/domain';
import { Drift, type Json, numberOf, requiredId, textOf } from './members.ts';

/** A reason for rejecting a bug (customer-api 8.11), known by its key. */
export function rejectReason(object: Json, where: string): RejectReason {
  const key = textOf(object.key);
  if (key === null) throw new Drift(`${where}.key is not a text`);
  return { key, name: textOf(object.name), defaultComment: textOf(object.default_comment) };
}

/** A prepared set-up for tests (customer-api 8.15). Its scenario names a type; anything but text is unknown. */
export function testTemplate(object: Json, where: string): TestTemplate {
  return {
    id: requiredId(object.id, `${where}.id`),
    title: textOf(object.title),
    scenario: textOf(object.test_scenario_template),
    minDuration: numberOf(object.min_test_duration),
    maxDuration: numberOf(object.max_test_duration),
    defaultDuration: numberOf(object.default_test_duration),
  };
}
