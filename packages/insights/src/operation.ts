import type { Clock, EpochMs, Thresholds, WebLinks } from '@testio-mcp/domain';
import type { Store } from '@testio-mcp/persistence';
import type { RefreshOptions, RefreshReport, Shown, SyncMode, SyncPlan, SyncRunRecord } from '@testio-mcp/sync-engine';
import type { z } from 'zod';
import type { RecentAnswers } from './recent-answers.ts';
import type { ReportFolder } from './report/report-folder.ts';
import type { AnswerView } from './views/view.ts';

/** What an operation does to the world; the MCP annotations are made from it. */
export interface Effects {
  /** Changes nothing at Test IO or on disk; refreshing the local copy on the way to an answer does not count. */
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  /** Whether it may ask the Customer API. */
  readonly openWorld: boolean;
}

/** What an operation may use. Deliberately narrow: no server, no configuration object. */
export interface OperationContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** IANA zone in which days begin and end. UTC when absent. */
  readonly timeZone?: string | undefined;
  /** 1–12: the month in which fiscal years and their quarters begin. January when absent. */
  readonly fiscalYearStartMonth?: number | undefined;
  readonly limits: Limits;
  /** Answers of the last second, which are given again; absent: each is made anew. */
  readonly recent?: RecentAnswers | undefined;
  /** Asks the API for what an answer shows, as far as it is due, and stores it; absent when there is no API to ask. */
  readonly refresh?: ((shown: Shown, options: RefreshOptions) => Promise<RefreshReport>) | undefined;
  /** Syncs the local copy, until `signal` aborts; absent when there is no API to ask. */
  readonly sync?: ((request: SyncRequest) => Promise<SyncRunRecord>) | undefined;
  /** Says what such a sync would ask for. */
  readonly planSync?: ((request: SyncRequest) => Promise<SyncPlan>) | undefined;
  /** Bounds that rates are judged by; the documented ones when absent. */
  readonly thresholds?: Thresholds | undefined;
  /** Those of products that have some of their own. */
  readonly productThresholds?: ReadonlyMap<number, Thresholds> | undefined;
  /** How the addresses of pages in the web interface are made; answers hold none when absent. */
  readonly webLinks?: WebLinks | undefined;
  /** Where reports are written; absent when there is no such place. */
  readonly reports?: ReportFolder | undefined;
  /** Facts about the running program for get_server_diagnostics. */
  readonly program: ProgramFacts;
}

/** How much is to be synced, and how long to wait for one's turn. */
export interface SyncRequest {
  /** All that are configured when absent. */
  readonly productIds?: readonly number[] | undefined;
  readonly mode: SyncMode;
  /** Only tests that ended in this period, in the grammar of packages/domain. */
  readonly since?: string | undefined;
  readonly waitMs: number;
}

export interface Limits {
  /** Rows of a list page when none are asked for. Above 200 it counts as 200. */
  readonly defaultPageSize: number;
  /** Age in milliseconds beyond which `freshness: "auto"` asks the API first. One hour when absent. */
  readonly cacheTtlMs?: number | undefined;
}

export interface ProgramFacts {
  readonly version: string;
  readonly customer: string | null;
  readonly apiBaseUrl: string;
  /** The cycles that keep the store fresh; null when they are switched off. */
  readonly background?: (() => Promise<BackgroundFacts | null>) | undefined;
  /** Asks the API for its product list and tells how long it took; absent when there is no API to ask. */
  readonly pingApi?: ((signal: AbortSignal) => Promise<{ latencyMs: number; productCount: number }>) | undefined;
}

/** The cycles of a server that keep the store fresh. */
export interface BackgroundFacts {
  /** Whether this process runs them. If not, only the time of the next one is known: when it would be due. */
  readonly isHere: boolean;
  /** Null while one is running. */
  readonly nextCycleAt: EpochMs | null;
  /** Failed cycles in a row. */
  readonly failures: number | null;
  /** Whether pauses are longer than usual because of failures. */
  readonly isOpen: boolean | null;
}

/** Another name of a parameter, whose values mean something else under it. */
export interface Alias {
  readonly parameter: string;
  /** The value for the parameter. What it cannot turn it hands on as it is. */
  readonly read: (given: unknown) => unknown;
}

/** One question, declared once. MCP, REST, the command line, the docs and the tests are made from it. */
export interface Operation<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** snake_case, verb first; the file is named after it. */
  readonly name: string;
  readonly title: string;
  /** One line that says what it answers, one on when to choose it over its neighbour. */
  readonly description: string;
  /** A plain object: no unions, references or type arrays. The forgiving forms are parsed before it sees a value. */
  readonly input: Input;
  /** Other names under which parameters are accepted: unpublished name to published name. */
  readonly aliases?: Readonly<Record<string, string | Alias>>;
  readonly output: Output;
  readonly effects: Effects;
  /** Answers from a store that was never synced too. The others refuse: a total of 0 there would be a lie. */
  readonly answersBeforeSync?: true;
  readonly rest: { readonly method: 'GET' | 'POST'; readonly path: string };
  run(context: OperationContext, input: z.output<Input>): Promise<z.input<Output>>;
  /**
   * What the answer shows that the API could confirm; for operations with the parameter `freshness`. It is asked for where it
   * is due, and `run` answers once more from what came. So `run` must do nothing but read.
   *
   * @param output null where `run` found nothing of the kind that was asked for
   */
  shows?(input: z.output<Input>, output: z.input<Output> | null): Shown;
  /** Does with the answer what changes something outside, such as writing a file: once, however often `run` read. */
  deliver?(context: OperationContext, input: z.output<Input>, output: z.input<Output>): Promise<z.input<Output>>;
  /** The answer to be looked at, for clients that show pages beside it; made from the output alone. */
  view?(output: z.output<Output>): AnswerView;
  /** A short text for people, made from the output alone. Never a JSON dump. */
  render(output: z.output<Output>): string;
}

/** Types an operation from its schemas. The identity function otherwise. */
export function defineOperation<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation;
}
