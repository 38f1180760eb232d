import type { Bug, BugComment, CustomReport, ReportField } from '@testio-mcp/domain';
import { deviceReport } from './device.ts';
import {
  booleanOf,
  describedOf,
  idOf,
  instantOf,
  type Json,
  listOf,
  numberOf,
  objectOf,
  requiredId,
  textOf,
  textsOf,
} from './members.ts';
import { attachment } from './named.ts';
import { rawOf } from './raw.ts';

/**
 * A bug (customer-api 8.9). Its test must be named, since a bug without one belongs nowhere. The snapshot is known by
 * `test_feature` alone: whose id `feature.id` carries is not documented.
 */
export function bug(object: Json, where: string): Bug {
  const testFeature = objectOf(object.test_feature);
  return {
    id: requiredId(object.id, `${where}.id`),
    testId: requiredId(objectOf(object.test)?.id, `${where}.test.id`),
    title: textOf(object.title),
    severity: textOf(object.severity),
    status: textOf(object.status),
    autoAccepted: object.auto_accepted === true,
    known: object.known === true,
    fixed: booleanOf(object.fixed),
    exportedAt: instantOf(object.exported_at),
    externalIdx: textOf(object.external_idx),
    language: textOf(object.language),
    location: textOf(object.location),
    expectedResult: textOf(object.expected_result),
    actualResult: textOf(object.actual_result),
    steps: stepsOf(object.steps),
    author: nameOf(object.author),
    devices: describedOf(object.devices, deviceReport),
    attachments: listOf(object.attachments, `${where}.attachments`, attachment),
    comments: listOf(object.comments, `${where}.comments`, comment),
    testFeatureId: idOf(testFeature?.id),
    featureId: idOf(testFeature?.feature_id) ?? idOf(objectOf(object.feature)?.feature_id),
    reportedAt: instantOf(object.reported_at),
    report: reportOf(object.report),
    raw: rawOf(object),
  };
}

/** An array by practice, one text by the documents, null for custom reports. */
function stepsOf(value: unknown): string[] | null {
  if (Array.isArray(value)) return textsOf(value);
  const text = textOf(value);
  return text === null ? null : [text];
}

/** People are names (customer-api 5): an object with one, by some documents the text itself. */
function nameOf(value: unknown): string | null {
  return textOf(objectOf(value)?.name) ?? textOf(value);
}

function comment(object: Json, where: string): BugComment {
  return {
    id: requiredId(object.id, `${where}.id`),
    body: textOf(object.body),
    author: nameOf(object.author),
  };
}

function reportOf(value: unknown): CustomReport | null {
  const object = objectOf(value);
  if (object === null) return null;
  return { title: textOf(object.title), fields: describedOf(objectOf(object.content)?.data, reportField) };
}

/** Forms differ per customer; a number or a tick is a value as well as a text is. */
function reportField(object: Json): ReportField {
  const value = object.value;
  return {
    key: textOf(object.key),
    name: textOf(object.name),
    value: typeof value === 'number' || typeof value === 'boolean' ? String(value) : textOf(value),
    position: numberOf(object.position),
  };
}
