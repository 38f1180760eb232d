/** Levels of functional bugs, most severe first. The API has no `medium` (customer-api 6.3). */
export const SEVERITY_LEVELS = ['critical', 'high', 'low'] as const;
export type SeverityLevel = (typeof SEVERITY_LEVELS)[number];

/** Known values of the API's `severity`, in the order in which answers sort and list them. */
export const SEVERITIES = [...SEVERITY_LEVELS, 'visual', 'content', 'custom'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What kind of bug it is. The API carries type and level in the one member `severity`. */
export const BUG_TYPES = ['functional', 'visual', 'content', 'custom', 'other'] as const;
export type BugType = (typeof BUG_TYPES)[number];

export interface SeverityClass {
  readonly type: BugType;
  /** Null for bugs without a level: visual, content, custom reports and unknown values. */
  readonly level: SeverityLevel | null;
}

const LEVEL_RANK: Readonly<Record<SeverityLevel, number>> = { critical: 3, high: 2, low: 1 };

/** Splits the API's `severity` into bug type and level. Unknown values are of type `other`, without a level. */
export function classifySeverity(severity: string | null): SeverityClass {
  if (isLevel(severity)) return { type: 'functional', level: severity };
  if (severity === 'visual' || severity === 'content' || severity === 'custom') return { type: severity, level: null };
  return { type: 'other', level: null };
}

/** The bucket under which a bug is counted by severity: a known value, or `other`. */
export function severityBucket(severity: string | null): Severity | 'other' {
  return severity !== null && (SEVERITIES as readonly string[]).includes(severity) ? (severity as Severity) : 'other';
}

/** 3 for critical, 2 for high, 1 for low, 0 for everything without a level: sort by this, never by the text. */
export function severityRank(severity: string | null): number {
  return isLevel(severity) ? LEVEL_RANK[severity] : 0;
}

function isLevel(severity: string | null): severity is SeverityLevel {
  return severity !== null && (SEVERITY_LEVELS as readonly string[]).includes(severity);
}
