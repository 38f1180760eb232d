import type { FeatureRecord, ProductRecord, SnapshotRecord, TestRecord } from '../account/records.ts';
import { ControlError } from '../control/control-error.ts';
import type { JsonObject } from '../control/shape.ts';
import type { EditContext } from './edit.ts';
import { checkMembers, FLAG, type MemberType, orNull, TEXT, WHOLE } from './members.ts';

const MEMBERS: Readonly<Record<string, MemberType>> = {
  id: WHOLE,
  feature_id: WHOLE,
  title: TEXT,
  description: orNull(TEXT),
  howtofind: orNull(TEXT),
  target_idx: orNull(TEXT),
  enable_default: orNull(FLAG),
  enable_content: orNull(FLAG),
  enable_visual: orNull(FLAG),
};

/** What a new test looks at when nothing else is said: its section's first feature, with its first stories. */
export function defaultSnapshots(context: EditContext, product: ProductRecord, sectionId: number): SnapshotRecord[] {
  const [feature] = context.account.featuresOf(product.id, sectionId);
  return feature === undefined ? [] : [copyOf(context, feature)];
}

/**
 * The features of a test as an edit lists them: one with the `id` of a snapshot keeps it, one with a `feature_id` copies that
 * feature. Bugs of a snapshot that is gone move to the test's first one.
 */
export function snapshotsOf(
  context: EditContext,
  product: ProductRecord,
  test: TestRecord,
  list: readonly JsonObject[],
): SnapshotRecord[] {
  return list.map((item) => {
    checkMembers(item, MEMBERS, `${context.where}.set.features`);
    return withMembers(baseOf(context, product, test, item), item);
  });
}

function baseOf(context: EditContext, product: ProductRecord, test: TestRecord, item: JsonObject): SnapshotRecord {
  const { account, where } = context;
  if (item.id !== undefined) {
    const known = test.snapshots.find((snapshot) => snapshot.id === item.id);
    if (known === undefined)
      throw new ControlError(`${where}.set.features: the test has no feature with the id ${String(item.id)}.`);
    return known;
  }
  const feature = account.features.get(Number(item.feature_id));
  if (feature === undefined || feature.productId !== product.id) {
    throw new ControlError(`${where}.set.features: every element needs an id, or a feature_id of the test's product.`);
  }
  return copyOf(context, feature);
}

function copyOf({ ids }: EditContext, feature: FeatureRecord): SnapshotRecord {
  const stories = feature.stories.slice(0, 3);
  return {
    id: ids.next('snapshot'),
    featureId: feature.id,
    title: feature.title,
    description: feature.description ?? null,
    howtofind: feature.howtofind ?? null,
    targetIdx: null,
    enableDefault: true,
    enableContent: true,
    enableVisual: null,
    reportConfigurations: [],
    stories,
    storiesAreNull: false,
    firstVersionId: ids.next('version', () => false, Math.max(1, stories.length)),
  };
}

function withMembers(snapshot: SnapshotRecord, item: JsonObject): SnapshotRecord {
  const text = (name: string, before: string | null) =>
    item[name] === undefined ? before : (item[name] as string | null);
  const flag = (name: string, before: boolean | null) =>
    item[name] === undefined ? before : (item[name] as boolean | null);
  return {
    ...snapshot,
    title: text('title', snapshot.title) ?? snapshot.title,
    description: text('description', snapshot.description),
    howtofind: text('howtofind', snapshot.howtofind),
    targetIdx: text('target_idx', snapshot.targetIdx),
    enableDefault: flag('enable_default', snapshot.enableDefault),
    enableContent: flag('enable_content', snapshot.enableContent),
    enableVisual: flag('enable_visual', snapshot.enableVisual),
  };
}
