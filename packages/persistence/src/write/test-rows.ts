import type { Attachment, FeatureSnapshot, Test, TestEnvironment } from '@testio-mcp/domain';
import { personRef } from './people.ts';
import type { Children, Row } from './upsert.ts';
import { namesJson, rawJson, toFlag } from './values.ts';

/** What a test is in the store: one row in `tests`, the rest in tables of its own. */
export function testRow(test: Test, productId: number, now: number, changeNumber: number): Row<'tests'> {
  return {
    id: test.id,
    product_id: productId,
    section_id: test.sectionId,
    environment_id: test.environment?.id ?? null,
    created_by_id: personRef('customer', test.createdBy),
    submitted_by_id: personRef('customer', test.submittedBy),
    title: test.title,
    status: test.status,
    testing_type: test.testingType,
    review_status: test.reviewStatus,
    start_at: test.startAt,
    end_at: test.endAt,
    enable_low: toFlag(test.enableLow),
    enable_high: toFlag(test.enableHigh),
    enable_critical: toFlag(test.enableCritical),
    report_language: test.reportLanguage,
    demo: toFlag(test.demo),
    first_seen_at: now,
    status_changed_at: null,
    deleted_at: null,
    change_number: changeNumber,
    allowed_bug_types: JSON.stringify(test.allowedBugTypes),
    goal: test.goal,
    instructions: test.instructions,
    out_of_scope: test.outOfScope,
    raw_json: rawJson(test.raw),
    changed_at: now,
    first_change_number: changeNumber,
    status_change_number: null,
  };
}

export function environmentRow(environment: TestEnvironment, now: number): Row<'test_environments'> {
  return { id: environment.id, title: environment.title, first_seen_at: now };
}

export function snapshotRow(snapshot: FeatureSnapshot, testId: number, position: number): Row<'test_features'> {
  return {
    id: snapshot.id,
    test_id: testId,
    feature_id: snapshot.featureId,
    position,
    title: snapshot.title,
    description: snapshot.description,
    how_to_find: snapshot.howToFind,
    target_idx: snapshot.targetIdx,
    enable_default: toFlag(snapshot.enableDefault),
    enable_content: toFlag(snapshot.enableContent),
    enable_visual: toFlag(snapshot.enableVisual),
    user_story_texts: JSON.stringify(snapshot.userStoryTexts),
    deleted_at: null,
  };
}

export function requirementRows(test: Test): Children<'test_requirements'> {
  const rows = test.requirements.map((requirement, position) => ({
    test_id: test.id,
    position,
    requirement_id: requirement.id,
    category_key: requirement.category?.key ?? null,
    category_name: requirement.category?.name ?? null,
    os_id: requirement.operatingSystem?.id ?? null,
    os_key: requirement.operatingSystem?.key ?? null,
    os_name: requirement.operatingSystem?.name ?? null,
    min_version: requirement.minVersion?.name ?? null,
    max_version: requirement.maxVersion?.name ?? null,
    vendor: requirement.vendor?.name ?? null,
    devices: namesJson(requirement.devices),
    browsers: namesJson(requirement.browsers),
  }));
  return { parent: test.id, rows };
}

export function testAttachmentRows(test: Test): Children<'test_attachments'> {
  const rows = test.attachments.map((one, position) => ({ test_id: test.id, position, ...attachmentColumns(one) }));
  return { parent: test.id, rows };
}

export function analyticsRow(test: Test): Row<'test_analytics'> | null {
  const { analytics } = test;
  if (analytics === null) return null;
  return {
    test_id: test.id,
    testers_count: analytics.testersCount,
    devices_count: analytics.devicesCount,
    total_features: analytics.totalFeatures,
    tested_features: analytics.testedFeatures,
    passed_features: analytics.passedFeatures,
    failed_features: analytics.failedFeatures,
    total_user_stories: analytics.totalUserStories,
    tested_user_stories: analytics.testedUserStories,
    passed_user_stories: analytics.passedUserStories,
    failed_user_stories: analytics.failedUserStories,
    blocked_user_stories: analytics.blockedUserStories,
    total_bugs: analytics.totalBugs,
  };
}

export function metricsRow(snapshot: FeatureSnapshot): Row<'test_feature_metrics'> {
  return {
    test_feature_id: snapshot.id,
    execution_status: snapshot.executionStatus,
    tester_count: snapshot.testerCount,
    bugs_found: snapshot.bugsFound,
  };
}

/** Null when the answer held only the texts of the stories. */
export function storyRows(snapshot: FeatureSnapshot): Children<'test_stories'> | null {
  if (snapshot.userStories === null) return null;
  const rows = snapshot.userStories.map((story, position) => ({
    test_feature_id: snapshot.id,
    position,
    user_story_id: story.id,
    version_id: story.versionId,
    title: story.title,
    path: story.path,
    execution_status: story.executionStatus,
    tested_by_count: story.testedByCount,
    bugs_found: story.bugsFound,
  }));
  return { parent: snapshot.id, rows };
}

/** The columns that attachments of tests and of bugs share. */
export function attachmentColumns(attachment: Attachment) {
  return {
    attachment_id: attachment.id,
    url: attachment.url,
    content_type: attachment.contentType,
    filename: attachment.filename,
    size: attachment.size,
  };
}
