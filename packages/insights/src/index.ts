export { type Answer, callOperation } from './call-operation.ts';
export { findOperation, operations } from './catalogue.ts';
export { nearest } from './input/nearest.ts';
export { takesInput } from './input/takes-input.ts';
export { titleMatches } from './input/title-matches.ts';
export { withChoice } from './input/with-choice.ts';
export { CAPABILITIES as metricCapabilities } from './metrics/capabilities.ts';
export { type NextCall, nextCalls, nextCallsAfterError } from './next-calls.ts';
export {
  type BackgroundFacts,
  defineOperation,
  type Effects,
  type Limits,
  type Operation,
  type OperationContext,
  type ProgramFacts,
  type SyncRequest,
} from './operation.ts';
export { answerSchema, type PublishedTool, publishedTool } from './published-tool.ts';
export { cleanTesterText } from './quote/clean-tester-text.ts';
export { RecentAnswers } from './recent-answers.ts';
export { csvRecord, defused } from './render/csv.ts';
export type { ReportFile, ReportFolder, WrittenReport } from './report/report-folder.ts';
export type { ObjectSchema } from './schema/json-schema.ts';
export { QUOTED_NOTICE } from './shapes/bug-summary.ts';
export { TOOL_GROUPS, type ToolGroup, toolGroup } from './tool-groups.ts';
export type { Missing, MissingWhat, Trust } from './trust/shape.ts';
export { VIEW_META_KEY, viewMarkup } from './views/view-markup.ts';
export { viewPage } from './views/view-page.ts';
