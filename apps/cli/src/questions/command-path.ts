/** Where the general rule would give a name that nobody looks for. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  get_triage_queue: ['bugs', 'triage'],
  list_changes: ['changes'],
  get_problematic_tests: ['problematic', 'list'],
  get_server_diagnostics: ['diagnostics'],
  get_analytics_capabilities: ['metrics', 'capabilities'],
  compare_periods: ['metrics', 'compare'],
  generate_quality_report: ['report'],
  get_release_readiness: ['readiness'],
};

/** What is asked where a group is followed by something else than one of its verbs: `metrics bug_count`. */
const DEFAULTS: Readonly<Record<string, string>> = { metrics: 'query_metrics' };

/** The operation that a group of commands asks without a verb; undefined where it needs one. */
export function defaultOperation(group: string): string | undefined {
  return Object.hasOwn(DEFAULTS, group) ? DEFAULTS[group] : undefined;
}

/** Operations whose command does more than ask; it is written by hand and stands under its own name. */
const BY_HAND: readonly string[] = ['sync_data'];

const NOUNS: Readonly<Record<string, string>> = { user_stories: 'stories', user_story: 'stories' };

/**
 * The words by which a shell asks an operation: `list_tests` is `tests list`, `get_test_summary` is `tests show`,
 * `query_metrics` is `metrics query`, `search` is `search`.
 *
 * @returns null for an operation that has a command written by hand
 */
export function commandPath(operation: string): readonly string[] | null {
  if (BY_HAND.includes(operation)) return null;
  const named = PATHS[operation];
  if (named !== undefined) return named;
  const [verb = operation, ...words] = operation.split('_');
  if (words.length === 0) return [operation];
  const isSummary = verb === 'get' && words.length > 1 && words.at(-1) === 'summary';
  const subject = (isSummary ? words.slice(0, -1) : words).join('_');
  const noun = NOUNS[subject] ?? (isSummary ? `${subject}s` : subject);
  const word = noun.replaceAll('_', '-');
  if (isSummary) return [word, 'show'];
  return verb === 'get' ? [word] : [word, verb];
}

/** The command that asks an operation, as a person types it. */
export function commandLine(operation: string): string {
  const path = commandPath(operation);
  return path === null ? `testio-mcp call ${operation}` : `testio-mcp ${path.join(' ')}`;
}
