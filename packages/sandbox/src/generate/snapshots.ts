import type { FeatureRecord, SnapshotRecord } from '../account/records.ts';
import type { Random } from '../random.ts';
import type { IdSource } from './features.ts';

const REPORT_FORMS = [
  { id: 66, title: 'Keyboard and reader check' },
  { id: 71, title: 'Accessibility audit' },
] as const;

/** How many features a test looks at: 1.6 on average (customer-api 10.7). */
function snapshotCount(random: Random): number {
  return random.weighted([
    [1, 60],
    [2, 25],
    [3, 10],
    [4, 5],
  ]);
}

/**
 * The features of a test, copied. Popular features are taken more often.
 *
 * @param listed features of the test's section, not empty
 * @param gone features deleted since; only old tests take them
 */
export function generateSnapshots(
  listed: readonly FeatureRecord[],
  gone: readonly FeatureRecord[],
  isOld: boolean,
  random: Random,
  snapshotIds: IdSource,
  versionIds: IdSource,
): SnapshotRecord[] {
  const chosen = new Set<FeatureRecord>();
  const wanted = Math.min(snapshotCount(random), listed.length);
  while (chosen.size < wanted) {
    const feature = listed[Math.floor(random.next() ** 1.7 * listed.length)];
    if (feature !== undefined) chosen.add(feature);
  }
  if (isOld && gone.length > 0 && random.chance(0.1)) chosen.add(random.pick(gone));
  return [...chosen].map((feature) => {
    const withoutStories = random.chance(0.15);
    const stories = withoutStories ? [] : random.sample(feature.stories, random.int(1, 6));
    return {
      id: snapshotIds.next(12),
      featureId: isOld && stories.length === 0 && random.chance(0.04) ? null : feature.id,
      title: feature.title.trim(),
      description: feature.description ?? null,
      howtofind: feature.howtofind ?? null,
      targetIdx: random.chance(0.05) ? `FEAT-${feature.id % 1_000}` : null,
      enableDefault: true,
      enableContent: random.chance(0.6) ? true : random.chance(0.5) ? false : null,
      enableVisual: random.chance(0.55) ? true : null,
      reportConfigurations: random.chance(0.1) ? [random.pick(REPORT_FORMS)] : [],
      stories,
      storiesAreNull: stories.length === 0 && random.chance(0.2),
      firstVersionId: versionIds.next(6, Math.max(1, stories.length)),
    };
  });
}
