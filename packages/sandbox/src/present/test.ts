import type { Account } from '../account/account.ts';
import type { ProductRecord, SnapshotRecord, TestRecord } from '../account/records.ts';
import { plainText, testText } from '../generate/test-text.ts';
import { localIso } from '../time.ts';
import type { WireSnapshot, WireTest } from '../wire.ts';
import { presentConfigurations } from './bug.ts';
import { presentLinkedStory } from './feature.ts';
import { measure, type TestMetrics } from './metrics.ts';
import { allSections, presentProduct, presentSection } from './product.ts';
import { testTitle } from './test-title.ts';

export interface TestView {
  /** `includes[]=user_stories`: stories as objects instead of texts. */
  readonly storiesAsObjects: boolean;
  /** The single read carries execution metrics, lists do not (customer-api 8.7, 8.8). */
  readonly withMetrics: boolean;
}

/** A test as the API shows it (customer-api 8.8). */
export function presentTest(account: Account, product: ProductRecord, test: TestRecord, view: TestView): WireTest {
  const seed = account.testSeed(test);
  const text = testText(account.root, account.productSeed(seed.productId), seed);
  const metrics = view.withMetrics ? measure(account, test) : null;
  const environment = product.environments.find((candidate) => candidate.id === test.environmentId) ?? null;
  const sections = allSections(product);
  const section = sections.find((candidate) => candidate.id === test.sectionId) ?? sections[0];
  const isFocused = test.testingType === 'focused';
  const title = testTitle(account, test);
  return {
    id: test.id,
    test_title: title,
    title,
    status: test.status,
    ...(metrics === null ? {} : { analytics: metrics.analytics }),
    test_environment: environment,
    features: test.snapshots.map((snapshot) => presentSnapshot(snapshot, metrics, view)),
    goal: text.goal,
    goal_text: plainText(text.goal),
    out_of_scope: text.outOfScope,
    out_of_scope_text: plainText(text.outOfScope),
    instructions: text.instructions,
    instructions_text: plainText(text.instructions),
    testing_type: test.testingType,
    attachments: text.attachments,
    requirements: text.requirements,
    report_language: text.reportLanguage,
    section: presentSection(product, section ?? { id: test.sectionId, name: 'default-section' }),
    product: presentProduct(product),
    enable_low: isFocused ? text.enableLow : true,
    enable_high: true,
    enable_critical: true,
    allow_device_clouds_test_scenario: text.allowDeviceClouds,
    created_by: test.createdBy,
    submitted_by: test.submittedBy,
    start_at: test.startAt === null ? null : localIso(test.startAt),
    end_at: test.endAt === null ? null : localIso(test.endAt),
    allowed_bug_types: allowedBugTypes(test),
    reviews: text.reviews,
    review_status: text.reviewStatus,
    demo: false,
    ...test.edits,
  };
}

function allowedBugTypes(test: TestRecord): string[] {
  const content = test.snapshots.some((snapshot) => snapshot.enableContent === true) ? ['content'] : [];
  const visual = test.snapshots.some((snapshot) => snapshot.enableVisual === true) ? ['visual'] : [];
  return ['default', ...content, ...visual];
}

function presentSnapshot(snapshot: SnapshotRecord, metrics: TestMetrics | null, view: TestView): WireSnapshot {
  const measured = metrics?.snapshots.get(snapshot.id);
  return {
    id: snapshot.id,
    ...(snapshot.featureId === null ? {} : { feature_id: snapshot.featureId }),
    title: snapshot.title,
    description: snapshot.description,
    location: snapshot.howtofind,
    howtofind: snapshot.howtofind,
    target_idx: snapshot.targetIdx,
    enable_default: snapshot.enableDefault,
    enable_content: snapshot.enableContent,
    enable_visual: snapshot.enableVisual,
    custom_report_configurations: presentConfigurations(snapshot),
    ...(measured ?? {}),
    user_stories: presentStories(snapshot, metrics, view),
  };
}

function presentStories(
  snapshot: SnapshotRecord,
  metrics: TestMetrics | null,
  view: TestView,
): WireSnapshot['user_stories'] {
  if (snapshot.stories.length === 0) return snapshot.storiesAreNull ? null : [];
  if (!view.storiesAsObjects) return snapshot.stories.map((story) => story.path);
  return snapshot.stories.map((story, i) => {
    const versionId = snapshot.firstVersionId + i;
    const measured = metrics?.stories.get(versionId);
    return measured === undefined
      ? presentLinkedStory(story)
      : { ...presentLinkedStory(story), user_story_version_id: versionId, ...measured };
  });
}
