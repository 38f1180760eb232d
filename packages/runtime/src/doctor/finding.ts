/** Everything that the doctor looks at, in the order in which it does. */
export const DOCTOR_CHECKS = [
  'node',
  'sqlite',
  'config',
  'permissions',
  'log',
  'token',
  'api',
  'store',
  'migrations',
  'search_index',
  'lease',
  'sync',
  'disk',
  'port',
  'clients',
] as const;
export type DoctorCheck = (typeof DOCTOR_CHECKS)[number];

/** How bad a finding is. `skipped`: it could not be looked at, because of another finding. */
export const FINDING_LEVELS = ['ok', 'skipped', 'warning', 'failure'] as const;
export type FindingLevel = (typeof FINDING_LEVELS)[number];

/** One thing that was looked at. */
export interface Finding {
  readonly check: DoctorCheck;
  readonly level: FindingLevel;
  /** What was found, in one sentence. */
  readonly what: string;
  /** Why that is so, or what follows from it; null where the finding says it all. */
  readonly why: string | null;
  /** What to do, a command wherever there is one; null where nothing is to be done. */
  readonly remedy: string | null;
}

/** A finding before it is known which check made it. */
export type Found = Omit<Finding, 'check'>;

export function ok(what: string, why: string | null = null): Found {
  return { level: 'ok', what, why, remedy: null };
}

export function skipped(what: string): Found {
  return { level: 'skipped', what, why: null, remedy: null };
}

export function warning(what: string, why: string | null, remedy: string | null): Found {
  return { level: 'warning', what, why, remedy };
}

export function failure(what: string, why: string | null, remedy: string | null): Found {
  return { level: 'failure', what, why, remedy };
}

/** The worst level among findings: `ok` when nothing is to be done. */
export function worstLevel(findings: readonly Finding[]): 'ok' | 'warning' | 'failure' {
  const levels = findings.map(({ level }) => level);
  if (levels.includes('failure')) return 'failure';
  return levels.includes('warning') ? 'warning' : 'ok';
}
