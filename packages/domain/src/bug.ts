import type { EpochMs } from './instant.ts';
import type { Attachment, Keyed, Named } from './test.ts';

/** A device a bug or an execution was seen on (customer-api 7.8). */
export interface DeviceReport {
  readonly id: number | null;
  readonly category: Keyed | null;
  readonly vendor: Named | null;
  /** The model. */
  readonly device: Named | null;
  readonly operatingSystem: Keyed | null;
  readonly operatingSystemVersion: Named | null;
  readonly browsers: readonly Keyed[];
}

export interface BugComment {
  readonly id: number;
  readonly body: string | null;
  readonly author: string | null;
}

/** One answer of a custom report form, such as an accessibility check. */
export interface ReportField {
  readonly key: string | null;
  readonly name: string | null;
  readonly value: string | null;
  readonly position: number | null;
}

export interface CustomReport {
  readonly title: string | null;
  readonly fields: readonly ReportField[];
}

/** A bug as the customer sees it (customer-api 8.9). */
export interface Bug {
  readonly id: number;
  readonly testId: number;
  readonly title: string | null;
  /** The API's word for level and type in one; see classifySeverity. */
  readonly severity: string | null;
  /** The API's word; see classifyBugStatus. */
  readonly status: string | null;
  readonly autoAccepted: boolean;
  readonly known: boolean;
  readonly fixed: boolean | null;
  readonly exportedAt: EpochMs | null;
  /** Key in the customer's tracker. */
  readonly externalIdx: string | null;
  readonly language: string | null;
  /** Where it happened, often an address. */
  readonly location: string | null;
  readonly expectedResult: string | null;
  readonly actualResult: string | null;
  /** Null for custom reports. */
  readonly steps: readonly string[] | null;
  /** The tester's screen name. */
  readonly author: string | null;
  readonly devices: readonly DeviceReport[];
  readonly attachments: readonly Attachment[];
  readonly comments: readonly BugComment[];
  /** The feature snapshot it was filed against. */
  readonly testFeatureId: number | null;
  /** The product's feature, as the bug itself names it. */
  readonly featureId: number | null;
  readonly reportedAt: EpochMs | null;
  readonly report: CustomReport | null;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** One tester's run of one user story in one test (customer-api 8.13). The story is known only from the question asked. */
export interface Execution {
  readonly id: number;
  readonly status: string | null;
  readonly comment: string | null;
  readonly executedBy: string | null;
  readonly executedAt: EpochMs | null;
  readonly testId: number | null;
  readonly devices: readonly DeviceReport[];
}

/** What one answer of an endpoint list with a total holds. */
export interface ExecutionPage {
  readonly executions: readonly Execution[];
  /** Total before paging; null when the answer lacks it. */
  readonly recordCount: number | null;
}
