import type { EpochMs } from './instant.ts';

/** Something the API names by id and name: a vendor, a device model, an OS version. */
export interface Named {
  readonly id: number | null;
  readonly name: string | null;
}

/** A Named that may carry the API's key as well, such as `mac` or `computer`. */
export interface Keyed extends Named {
  readonly key: string | null;
}

/** The stage a test runs on. Only id and title: everything else the API sends here may be a credential. */
export interface TestEnvironment {
  readonly id: number;
  readonly title: string | null;
}

/** A file attached to a test or a bug. Metadata only; the file itself stays where it is. */
export interface Attachment {
  readonly id: number;
  readonly url: string | null;
  readonly contentType: string | null;
  readonly filename: string | null;
  /** In bytes; null when the API does not say. */
  readonly size: number | null;
}

/** A user story as it was copied into a test. The metrics are null unless a single read brought them. */
export interface SnapshotStory {
  readonly id: number;
  readonly path: string | null;
  readonly title: string | null;
  readonly featureId: number | null;
  /** Id of the story's copy in this test; what executions are asked by. */
  readonly versionId: number | null;
  readonly executionStatus: string | null;
  readonly testedByCount: number | null;
  readonly bugsFound: number | null;
}

/** A feature as it was copied into a test (customer-api 7.4). */
export interface FeatureSnapshot {
  /** Unique to the test; bugs point here. */
  readonly id: number;
  /** The product's feature; may be gone by now. */
  readonly featureId: number | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly howToFind: string | null;
  /** Id in the customer's own system. */
  readonly targetIdx: string | null;
  readonly enableDefault: boolean;
  readonly enableContent: boolean;
  readonly enableVisual: boolean;
  /** Null when the answer held only the texts. */
  readonly userStories: readonly SnapshotStory[] | null;
  readonly userStoryTexts: readonly string[];
  /** Only from a single read. */
  readonly executionStatus: string | null;
  readonly testerCount: number | null;
  readonly bugsFound: number | null;
}

/** One line of a test's device scope (customer-api 7.6). */
export interface Requirement {
  readonly id: number | null;
  readonly category: Keyed | null;
  readonly operatingSystem: Keyed | null;
  readonly minVersion: Named | null;
  readonly maxVersion: Named | null;
  readonly vendor: Named | null;
  readonly devices: readonly Named[];
  readonly browsers: readonly Keyed[];
}

/** Outcome of Test IO's review of a test's set-up. */
export interface Review {
  readonly status: string | null;
  readonly reviewedAt: EpochMs | null;
}

/** Execution metrics of a test (customer-api 8.8, `analytics`); counts of reviewed results. */
export interface TestAnalytics {
  readonly testersCount: number | null;
  readonly devicesCount: number | null;
  readonly totalFeatures: number | null;
  readonly testedFeatures: number | null;
  readonly passedFeatures: number | null;
  readonly failedFeatures: number | null;
  readonly totalUserStories: number | null;
  readonly testedUserStories: number | null;
  readonly passedUserStories: number | null;
  readonly failedUserStories: number | null;
  readonly blockedUserStories: number | null;
  readonly totalBugs: number | null;
}

/** An exploratory test, which bug filters and executions call a test cycle (customer-api 8.8). */
export interface Test {
  readonly id: number;
  readonly title: string | null;
  /** One of TEST_STATUSES or a value not known yet. */
  readonly status: string | null;
  readonly testingType: string | null;
  readonly reviewStatus: string | null;
  /** Plain text where the API has it, else its Markdown. */
  readonly goal: string | null;
  readonly instructions: string | null;
  readonly outOfScope: string | null;
  readonly startAt: EpochMs | null;
  readonly endAt: EpochMs | null;
  readonly createdBy: string | null;
  readonly submittedBy: string | null;
  readonly enableLow: boolean | null;
  readonly enableHigh: boolean | null;
  readonly enableCritical: boolean | null;
  readonly allowedBugTypes: readonly string[];
  readonly reportLanguage: string | null;
  readonly demo: boolean | null;
  /** Null when the answer does not name it; a list read knows it from its path. */
  readonly productId: number | null;
  readonly sectionId: number | null;
  readonly environment: TestEnvironment | null;
  readonly features: readonly FeatureSnapshot[];
  readonly requirements: readonly Requirement[];
  readonly attachments: readonly Attachment[];
  readonly reviews: readonly Review[];
  /** Only from a single read. */
  readonly analytics: TestAnalytics | null;
  /** The answer's own object without credentials and repeated parts, for later questions. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A prepared set-up for new tests. */
export interface TestTemplate {
  readonly id: number;
  readonly title: string | null;
  readonly scenario: string | null;
  /** In hours. */
  readonly minDuration: number | null;
  readonly maxDuration: number | null;
  readonly defaultDuration: number | null;
}
