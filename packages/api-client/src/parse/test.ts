import type { FeatureSnapshot, Requirement, Review, SnapshotStory, Test, TestAnalytics } from '@testio-mcp/domain';
import { storiesOf, userStory } from './feature.ts';
import {
  booleanOf,
  countOf,
  describedOf,
  idOf,
  instantOf,
  type Json,
  listOf,
  objectOf,
  requiredId,
  textOf,
  textsOf,
} from './members.ts';
import { attachment, environmentOf, keyed, keyedOf, namedOf } from './named.ts';
import { rawOf } from './raw.ts';

/** An exploratory test (customer-api 8.8). Plain text is preferred to Markdown; the newest answers have only `test_title`. */
export function test(object: Json, where: string): Test {
  return {
    id: requiredId(object.id, `${where}.id`),
    title: textOf(object.title) ?? textOf(object.test_title),
    status: textOf(object.status),
    testingType: textOf(object.testing_type),
    reviewStatus: textOf(object.review_status),
    goal: textOf(object.goal_text) ?? textOf(object.goal),
    instructions: textOf(object.instructions_text) ?? textOf(object.instructions),
    outOfScope: textOf(object.out_of_scope_text) ?? textOf(object.out_of_scope),
    startAt: instantOf(object.start_at),
    endAt: instantOf(object.end_at),
    createdBy: textOf(object.created_by),
    submittedBy: textOf(object.submitted_by),
    enableLow: booleanOf(object.enable_low),
    enableHigh: booleanOf(object.enable_high),
    enableCritical: booleanOf(object.enable_critical),
    allowedBugTypes: textsOf(object.allowed_bug_types),
    reportLanguage: textOf(object.report_language),
    demo: booleanOf(object.demo),
    productId: idOf(objectOf(object.product)?.id),
    sectionId: idOf(objectOf(object.section)?.id),
    environment: environmentOf(object.test_environment),
    features: listOf(object.features, `${where}.features`, snapshot),
    requirements: describedOf(object.requirements, requirement),
    attachments: listOf(object.attachments, `${where}.attachments`, attachment),
    reviews: describedOf(object.reviews, review),
    analytics: analyticsOf(object.analytics),
    raw: rawOf(object),
  };
}

function snapshot(object: Json, where: string): FeatureSnapshot {
  const featureId = idOf(object.feature_id);
  const { stories, texts } = storiesOf(object.user_stories, `${where}.user_stories`, (story, place) =>
    snapshotStory(story, place, featureId),
  );
  return {
    id: requiredId(object.id, `${where}.id`),
    featureId,
    title: textOf(object.title),
    description: textOf(object.description),
    howToFind: textOf(object.howtofind) ?? textOf(object.location),
    targetIdx: textOf(object.target_idx),
    enableDefault: object.enable_default === true,
    enableContent: object.enable_content === true,
    enableVisual: object.enable_visual === true,
    userStories: stories,
    userStoryTexts: texts,
    executionStatus: textOf(object.execution_status),
    testerCount: countOf(object.tester_count),
    bugsFound: countOf(object.bugs_found),
  };
}

/** A story's `feature_id` equals that of the snapshot it stands in (customer-api 8.8), so that one fills a gap. */
function snapshotStory(object: Json, where: string, featureId: number | null): SnapshotStory {
  const story = userStory(object, where);
  return {
    ...story,
    featureId: story.featureId ?? featureId,
    versionId: idOf(object.user_story_version_id),
    executionStatus: textOf(object.execution_status),
    testedByCount: countOf(object.tested_by_count),
    bugsFound: countOf(object.bugs_found),
  };
}

function requirement(object: Json): Requirement {
  return {
    id: idOf(object.id),
    category: keyedOf(object.category),
    operatingSystem: keyedOf(object.operating_system),
    minVersion: namedOf(object.min_operating_system_version),
    maxVersion: namedOf(object.max_operating_system_version),
    vendor: namedOf(object.vendor),
    devices: describedOf(object.devices, (device) => ({ id: idOf(device.id), name: textOf(device.name) })),
    browsers: describedOf(object.browsers, keyed),
  };
}

function review(object: Json): Review {
  return { status: textOf(object.status), reviewedAt: instantOf(object.reviewed_at) };
}

function analyticsOf(value: unknown): TestAnalytics | null {
  const object = objectOf(value);
  if (object === null) return null;
  return {
    testersCount: countOf(object.testers_count),
    devicesCount: countOf(object.devices_count),
    totalFeatures: countOf(object.total_features),
    testedFeatures: countOf(object.tested_features),
    passedFeatures: countOf(object.passed_features),
    failedFeatures: countOf(object.failed_features),
    totalUserStories: countOf(object.total_user_stories),
    testedUserStories: countOf(object.tested_user_stories),
    passedUserStories: countOf(object.passed_user_stories),
    failedUserStories: countOf(object.failed_user_stories),
    blockedUserStories: countOf(object.blocked_user_stories),
    totalBugs: countOf(object.total_bugs),
  };
}
