import type { ProductRecord, TestRecord } from '../account/records.ts';
import { ControlError } from '../control/control-error.ts';
import { isObject, type JsonObject } from '../control/shape.ts';
import { walkedSectionIds } from '../generate/features.ts';
import { plainText } from '../generate/test-text.ts';
import { allSections } from '../present/product.ts';
import { parseIso } from '../time.ts';
import type { EditContext } from './edit.ts';
import { existingProduct, existingTest, freeId } from './lookup.ts';
import { checkMembers, FLAG, INSTANT, type MemberType, OBJECT, OBJECTS, orNull, TEXT, TEXTS } from './members.ts';
import { defaultSnapshots, snapshotsOf } from './snapshots.ts';

/** Members that are sent as they were set. */
const PLAIN: Readonly<Record<string, MemberType>> = {
  test_title: TEXT,
  title: TEXT,
  status: TEXT,
  testing_type: TEXT,
  start_at: orNull(INSTANT),
  end_at: orNull(INSTANT),
  created_by: orNull(TEXT),
  submitted_by: orNull(TEXT),
  goal: orNull(TEXT),
  goal_text: orNull(TEXT),
  out_of_scope: orNull(TEXT),
  out_of_scope_text: orNull(TEXT),
  instructions: orNull(TEXT),
  instructions_text: orNull(TEXT),
  report_language: TEXT,
  enable_low: orNull(FLAG),
  enable_high: orNull(FLAG),
  enable_critical: orNull(FLAG),
  allow_device_clouds_test_scenario: FLAG,
  allowed_bug_types: TEXTS,
  requirements: OBJECTS,
  attachments: OBJECTS,
  reviews: OBJECTS,
  review_status: orNull(TEXT),
  demo: FLAG,
};
/** Members that point to something of the product. */
const LINKS: Readonly<Record<string, MemberType>> = {
  features: OBJECTS,
  section: OBJECT,
  test_environment: orNull(OBJECT),
};
const MEMBERS = { ...PLAIN, ...LINKS };

/** Adds a test to the product `parent`: not started, without bugs and runs, with its section's first feature. */
export function addTest(
  context: EditContext,
  wanted: number | undefined,
  parent: number | undefined,
  set: JsonObject,
): number {
  const { account, changes } = context;
  const product = existingProduct(context, parent);
  const id = freeId(context, 'test', wanted, (candidate) => account.tests.has(candidate));
  const section =
    set.section === undefined ? walkedSectionIds(product).at(-1) : sectionIdOf(context, product, set.section);
  const sectionId = section ?? product.defaultSectionId;
  const blank: TestRecord = {
    id,
    productId: product.id,
    sectionId,
    status: 'initialized',
    testingType: 'coverage',
    startAt: null,
    endAt: null,
    createdBy: null,
    submittedBy: null,
    environmentId: null,
    snapshots: 'features' in set ? [] : defaultSnapshots(context, product, sectionId),
    activity: null,
    panel: [],
    firstBugId: 0,
    bugCount: 0,
    rejectionBias: 0,
    traits: { usabilityBug: false, severityMissing: false, manyRuns: 0 },
    edits: {},
  };
  changes.put(account.testSeeds, id, blank);
  changes.put(account.tests, id, withMembers(context, product, blank, set));
  return id;
}

/** Changes a test; its bugs stay as they are, and so do its runs. */
export function changeTest(context: EditContext, id: number, set: JsonObject): void {
  const test = existingTest(context, id);
  const product = existingProduct(context, test.productId);
  context.changes.put(context.account.tests, id, withMembers(context, product, test, set));
}

/** Deletes a test with its bugs and runs. */
export function deleteTest(context: EditContext, id: number): void {
  existingTest(context, id);
  dropTest(context, id);
}

/** Takes a test out of the account, with all that edits hung on it. */
export function dropTest({ account, changes }: EditContext, id: number): void {
  for (const [bugId, testId] of account.addedBugs) if (testId === id) changes.drop(account.addedBugs, bugId);
  changes.exclude(account.poisoned, id);
  changes.drop(account.tests, id);
}

function withMembers(context: EditContext, product: ProductRecord, test: TestRecord, set: JsonObject): TestRecord {
  checkMembers(set, MEMBERS, context.where);
  const plain = Object.fromEntries(Object.entries(set).filter(([name]) => name in PLAIN));
  const edits = { ...test.edits, ...withCompanions(plain) };
  return {
    ...test,
    status: String(set.status ?? test.status),
    testingType: String(set.testing_type ?? test.testingType),
    startAt: instantOf(set, 'start_at', test.startAt),
    endAt: instantOf(set, 'end_at', test.endAt),
    createdBy: textOf(set, 'created_by', test.createdBy),
    submittedBy: textOf(set, 'submitted_by', test.submittedBy),
    ...(set.section === undefined ? {} : { sectionId: sectionIdOf(context, product, set.section) }),
    ...(set.test_environment === undefined
      ? {}
      : { environmentId: environmentIdOf(context, product, set.test_environment) }),
    ...(Array.isArray(set.features) ? { snapshots: snapshotsOf(context, product, test, set.features) } : {}),
    edits,
  };
}

/** Members that come in pairs: both titles, and a text beside each Markdown member. */
function withCompanions(set: JsonObject): JsonObject {
  const title = set.title ?? set.test_title;
  const texts = ['goal', 'out_of_scope', 'instructions'].flatMap((name) => {
    const markdown = set[name];
    return markdown === undefined ? [] : [[`${name}_text`, plainText(markdown === null ? null : String(markdown))]];
  });
  return { ...(title === undefined ? {} : { title, test_title: title }), ...Object.fromEntries(texts), ...set };
}

function instantOf(set: JsonObject, name: string, before: number | null): number | null {
  const value = set[name];
  if (value === undefined) return before;
  return typeof value === 'string' ? parseIso(value) : null;
}

function textOf(set: JsonObject, name: string, before: string | null): string | null {
  const value = set[name];
  if (value === undefined) return before;
  return typeof value === 'string' ? value : null;
}

function sectionIdOf({ where }: EditContext, product: ProductRecord, value: unknown): number {
  const id = isObject(value) ? value.id : undefined;
  const section = allSections(product).find((candidate) => candidate.id === id);
  if (section === undefined)
    throw new ControlError(`${where}.set.section must have the id of one of the product's sections.`);
  return section.id;
}

function environmentIdOf({ where }: EditContext, product: ProductRecord, value: unknown): number | null {
  if (value === null) return null;
  const id = isObject(value) ? value.id : undefined;
  const environment = product.environments.find((candidate) => candidate.id === id);
  if (environment === undefined)
    throw new ControlError(`${where}.set.test_environment must have the id of one of the product's.`);
  return environment.id;
}
