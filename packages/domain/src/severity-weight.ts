import type { SeverityLevel } from './severity.ts';

/** What a bug adds to the severity score by its level. A critical bug counts as much as five low ones. */
export const SEVERITY_WEIGHTS: Readonly<Record<SeverityLevel, number>> = { critical: 5, high: 3, low: 1 };

/** What a bug without a level adds: visual, content and custom bugs, and severities the API may yet invent. */
export const WEIGHT_WITHOUT_LEVEL = 1;
