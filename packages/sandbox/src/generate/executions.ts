import type { ProductRecord, SnapshotRecord, StoryRecord, TestRecord } from '../account/records.ts';
import { Random } from '../random.ts';
import { EXECUTION_COMMENTS } from '../vocabulary/comments.ts';
import { modelsFor } from '../vocabulary/devices.ts';
import type { WireDeviceReport } from '../wire.ts';

const KIND = 9;
const RUN_ROOM = 1_000;

/** One tester's run of one story in one test. */
export interface Execution {
  readonly id: number;
  readonly testId: number;
  readonly storyId: number;
  readonly versionId: number;
  readonly status: string;
  readonly comment: string | null;
  readonly executedBy: string | null;
  readonly devices: WireDeviceReport[];
  readonly executedAt: number;
}

/** A story's copy in a test. */
export interface StoryVersion {
  readonly test: TestRecord;
  readonly snapshot: SnapshotRecord;
  readonly story: StoryRecord;
  readonly versionId: number;
}

/** The versions of all stories of a test. */
export function versionsOf(test: TestRecord): StoryVersion[] {
  return test.snapshots.flatMap((snapshot) =>
    snapshot.stories.map((story, i) => ({ test, snapshot, story, versionId: snapshot.firstVersionId + i })),
  );
}

/**
 * The runs of one version, oldest first. Not every story is run; tests on which nobody worked have none. Runs are by
 * testers of the test's panel who reported bugs somewhere, so no name occurs on runs alone.
 */
export function executionsOf(root: number, product: ProductRecord, version: StoryVersion): Execution[] {
  const { test, story, versionId } = version;
  if (test.activity === null || test.panel.length === 0) return [];
  const random = new Random(root, KIND, versionId);
  const isFirst = test.snapshots[0]?.firstVersionId === versionId;
  const count = isFirst && test.traits.manyRuns > 0 ? test.traits.manyRuns : random.chance(0.7) ? random.int(1, 5) : 0;
  const models = modelsFor(product.type);
  const { from, until } = test.activity;
  const isOpen = test.status === 'running';
  return Array.from({ length: count }, (_, i) => {
    const status = random.weighted([
      ['passed', 78],
      ['failed', 12],
      ['blocked', 4],
      ['pending', isOpen ? 5 : 0],
      ['cancelled', 2],
    ]);
    const model = random.pick(models);
    const comments = EXECUTION_COMMENTS[status];
    const id = versionId * RUN_ROOM + i;
    return {
      id,
      testId: test.id,
      storyId: story.id,
      versionId,
      status,
      comment: comments === undefined ? null : random.pick(comments),
      executedBy: random.chance(0.02) ? null : random.pick(test.panel),
      devices: random.chance(0.05)
        ? []
        : [
            {
              id: id * 2,
              category: model.category,
              vendor: model.vendor,
              operating_system: model.system,
              operating_system_version: random.pick(model.versions),
              device: { id: model.id, name: model.name },
              browsers: model.browsers.slice(0, 1).map((browser) => ({ id: browser.id, name: browser.name })),
            },
          ],
      executedAt: from + Math.floor((until - from) * ((i + random.next()) / count)),
    };
  });
}
