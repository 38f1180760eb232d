import type { Domain } from '../vocabulary/domain.ts';
import type { WireConnection, WireEnvironment, WireTemplate } from '../wire.ts';

/** Everything here is what the account *is*; `present/` says how the API shows it. Instants are epoch milliseconds. */

export interface SectionRecord {
  readonly id: number;
  readonly name: string;
}

export interface ProductRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly type: string;
  readonly domain: Domain;
  readonly defaultSectionId: number;
  /** The real sections. */
  readonly sections: readonly SectionRecord[];
  /** Sections that only `sections_with_default` names; such a product has sections although `sections` is empty. */
  readonly hiddenSections: readonly SectionRecord[];
  /** Whether an empty `sections` is sent as null. */
  readonly sectionsAreNull: boolean;
  readonly connection: WireConnection | null;
  readonly remoteDeviceTesting: boolean;
  readonly environments: readonly WireEnvironment[];
  readonly templates: readonly (WireTemplate & { readonly sectionId: number })[];
}

export interface StoryRecord {
  readonly id: number;
  readonly featureId: number;
  readonly path: string;
}

export interface FeatureRecord {
  readonly id: number;
  readonly productId: number;
  readonly title: string;
  /** Undefined when the API leaves the member out. */
  readonly description: string | null | undefined;
  readonly howtofind: string | null | undefined;
  readonly sectionIds: readonly number[];
  readonly stories: readonly StoryRecord[];
}

/** The copy of a feature inside a test. */
export interface SnapshotRecord {
  readonly id: number;
  /** Null when the API leaves the member out. */
  readonly featureId: number | null;
  readonly title: string;
  readonly description: string | null;
  readonly howtofind: string | null;
  readonly targetIdx: string | null;
  readonly enableDefault: boolean | null;
  readonly enableContent: boolean | null;
  readonly enableVisual: boolean | null;
  readonly reportConfigurations: readonly { readonly id: number; readonly title: string }[];
  readonly stories: readonly StoryRecord[];
  /** Whether an empty list of stories is sent as null. */
  readonly storiesAreNull: boolean;
  /** The version of `stories[i]` has the id `firstVersionId + i`. */
  readonly firstVersionId: number;
}

/** Rare properties that are planted rather than drawn, so that even a small account has each of them. */
export interface TestTraits {
  /** The first bug has a severity that no document names. */
  readonly usabilityBug: boolean;
  /** The second bug has no severity. */
  readonly severityMissing: boolean;
  /** The first story has so many runs that one page does not hold them. */
  readonly manyRuns: number;
}

export interface TestRecord {
  readonly id: number;
  readonly productId: number;
  readonly sectionId: number;
  readonly status: string;
  readonly testingType: string;
  readonly startAt: number | null;
  readonly endAt: number | null;
  readonly createdBy: string | null;
  readonly submittedBy: string | null;
  readonly environmentId: number | null;
  readonly snapshots: readonly SnapshotRecord[];
  /** When testers worked on it; null when nobody ever did. Bugs and runs are derived from it, so edits leave it alone. */
  readonly activity: { readonly from: number; readonly until: number } | null;
  /** Testers who took part. The first one reported the first bug. */
  readonly panel: readonly string[];
  readonly firstBugId: number;
  readonly bugCount: number;
  /** Share by which bugs of this product are rejected more, or less, often than usual. */
  readonly rejectionBias: number;
  readonly traits: TestTraits;
  /** Members set by edits, in the API's names and spelling; they win over everything derived. */
  readonly edits: Readonly<Record<string, unknown>>;
}
