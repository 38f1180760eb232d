import { invalidInput } from './input/errors.ts';
import { MAX_PAGE_SIZE } from './input/parameters.ts';

type Members = Readonly<Record<string, unknown>>;

/** A tool of the older product that goes by another name now. */
export interface Renamed {
  /** The operation that answers. */
  readonly name: string;
  /** Parameters without which the older tool did not answer. */
  readonly required?: readonly string[];
  /** Its parameters as the operation takes them. Unknown ones are handed on, to be refused there. */
  readonly input: (given: Members) => Members;
}

/** A tool of the older product that nothing answers for. */
export interface Withdrawn {
  readonly name: null;
  /** The call that comes nearest. */
  readonly instead: string;
}

const same = (given: Members) => given;
const activity = (given: Members): Members => {
  const { product_ids, date_field, include_bugs, ...others } = given;
  return {
    metrics: ['test_count', ...(isTrue(include_bugs) ? ['bug_count'] : [])],
    dimensions: ['product', 'month'],
    ...(product_ids === undefined ? {} : { filters: { product: product_ids } }),
    // Tests are counted by their end; any other date would be another question.
    ...(date_field === undefined || date_field === 'ends' ? {} : { date_field }),
    ...others,
  };
};

const report = ({ tests_limit: _, date_field, path, force_refresh, ...others }: Members): Members => ({
  // `tests_limit` never limited the figures. Tests are reported by their end; any other date would be another report.
  ...(date_field === undefined || date_field === 'ends' ? {} : { date_field }),
  ...(path === undefined ? {} : { output_file: path }),
  ...(isTrue(force_refresh) ? { freshness: 'now' } : {}),
  ...others,
});

/** Every name that tools of the older product had and have no more. They are answered, but never listed. */
export const SUPERSEDED_NAMES: Readonly<Record<string, Renamed | Withdrawn>> = {
  health_check: { name: 'get_server_diagnostics', input: (given) => ({ check_api: true, ...given }) },
  get_database_stats: { name: 'get_server_diagnostics', input: same },
  get_sync_history: {
    name: 'get_server_diagnostics',
    input: ({ limit, ...others }) => ({ include_sync_events: true, sync_event_limit: limit, ...others }),
  },
  force_sync_product: {
    name: 'sync_data',
    required: ['product_id'],
    input: (given) => ({ mode: 'full', ...given }),
  },
  clear_cache: { name: null, instead: 'sync_data {"mode": "full"}, which reads everything again and clears nothing' },
  get_test_status: { name: 'get_test_summary', input: same },
  list_active_tests: {
    name: 'list_tests',
    input: ({ status, ...others }) => ({ statuses: status ?? ['running'], ...others }),
  },
  get_test_bugs: {
    name: 'list_bugs',
    required: ['test_id'],
    input({ test_id, bug_type, severity, status, page_size, continuation_token, ...others }) {
      return {
        test_ids: test_id,
        severities: severitiesOf(bug_type, severity),
        statuses: isAll(status) ? undefined : status,
        // The older tool gave up to 1,000 bugs at once; the answer says how many it has and how to go on.
        per_page: Number(page_size) > MAX_PAGE_SIZE ? MAX_PAGE_SIZE : page_size,
        cursor: continuation_token,
        ...others,
      };
    },
  },
  get_test_activity: { name: 'query_metrics', input: activity },
  get_test_activity_by_timeframe: { name: 'query_metrics', input: activity },
  generate_status_report: { name: null, instead: 'get_test_summary {"test_id": …} for each test' },
  generate_multi_test_report: { name: 'generate_quality_report', required: ['product_ids'], input: report },
  generate_ebr_report: { name: 'generate_quality_report', required: ['product_id'], input: report },
  get_product_quality_report: { name: 'generate_quality_report', required: ['product_id'], input: report },
};

/** What became of a tool of this name; undefined for names that no older tool had. */
export function supersededBy(name: string): Renamed | Withdrawn | undefined {
  return Object.hasOwn(SUPERSEDED_NAMES, name) ? SUPERSEDED_NAMES[name] : undefined;
}

/**
 * The input of an older tool as its successor takes it. What is no object is handed on, to be refused there.
 *
 * @throws TestioError `invalid_input` without a parameter that the older tool asked for
 */
export function inputOfSuccessor(name: string, { required = [], input }: Renamed, raw: unknown): unknown {
  if (raw !== undefined && raw !== null && (typeof raw !== 'object' || Array.isArray(raw))) return raw;
  const given: Members = { ...raw };
  const missing = required.find((field) => given[field] === undefined || given[field] === null);
  if (missing === undefined) return input(given);
  throw invalidInput({
    field: missing,
    received: null,
    problem: 'is required',
    accepted: ['an id, or a title or a part of one'],
    next: `Call ${name} again with ${missing}.`,
  });
}

const LEVELS = ['critical', 'high', 'low'];

/** Severities that belong to a type of bugs, of those that were asked for. */
function severitiesOf(type: unknown, severity: unknown): unknown {
  if (isAll(type)) return isAll(severity) ? undefined : severity;
  const words = String(type).trim().toLowerCase();
  const ofType = words === 'functional' ? LEVELS : [words];
  if (isAll(severity)) return ofType;
  const asked = [severity].flat().flatMap((item) =>
    String(item)
      .toLowerCase()
      .split(/[\s,]+/),
  );
  // None in common selects nothing, and is refused as such.
  return ofType.filter((level) => asked.includes(level));
}

function isAll(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && /^\s*(all)?\s*$/i.test(value));
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(true|yes|on|1)$/i.test(value.trim()));
}
