import { type HealthState, JUDGED_RATE_NAMES, type JudgedRate, toTestioError, worstHealth } from '@testio-mcp/domain';
import type { Operation } from '@testio-mcp/insights';
import type { Runtime } from '@testio-mcp/runtime';
import { CUSTOMER } from '../several-customers.ts';
import { type Diagnostics, readDiagnostics } from './diagnostics.ts';

const MOST_PRODUCTS = 200;
const MOST_FAILURES = 10;
/** What products are judged by. */
export const JUDGED_PERIOD = 'last 90 days';
/** As many products as one report shows. */
const JUDGED_AT_ONCE = 8;

/** What the status page shows of one customer. */
export interface StatusFacts {
  readonly diagnostics: Diagnostics;
  /** Null: not offered here, or nothing was synced yet. */
  readonly products: { readonly total: number; readonly shown: readonly ProductFacts[] } | null;
  readonly failures: { readonly total: number; readonly shown: readonly FailureFacts[] } | null;
  /** Ids of written reports. */
  readonly reports: readonly string[];
}

export interface ProductFacts {
  readonly id: number;
  readonly title: string | null;
  readonly tests: number | null;
  readonly bugs: number | null;
  /** Null: no report about it. */
  readonly judged: JudgedProduct | null;
}

export interface JudgedProduct {
  /** The worst of all. */
  readonly state: HealthState;
  readonly rates: Readonly<Record<JudgedRate, { readonly value: number | null; readonly state: HealthState }>>;
}

export interface FailureFacts {
  readonly kind: string;
  readonly product?: { readonly title: string | null };
  readonly reason: string;
  readonly first_seen_at: string;
}

interface Products {
  readonly total: number;
  readonly products: readonly {
    id: number;
    title: string | null;
    test_count: number | null;
    bug_count: number | null;
  }[];
}

interface Report {
  readonly by_product: readonly {
    readonly id: number;
    readonly rates: Readonly<Record<JudgedRate, { readonly value: number | null }>>;
    readonly health: Readonly<Record<JudgedRate, HealthState>>;
  }[];
}

interface Failures {
  readonly total: number;
  readonly failures: readonly FailureFacts[];
}

/** Reads the status from the store alone: a page that is reloaded every minute must not ask the API each time. */
export async function readStatus(
  runtime: Runtime,
  offered: readonly Operation[],
  about: { readonly customer: string | undefined; readonly signal: AbortSignal },
): Promise<StatusFacts> {
  const { customer, signal } = about;
  const names = new Set(offered.map(({ name }) => name));
  const whose = customer === undefined ? {} : { [CUSTOMER]: customer };
  const ask = async <T>(name: string, input: object): Promise<T | null> => {
    if (!names.has(name)) return null;
    try {
      const { output } = await runtime.call(name, { ...input, ...whose, freshness: 'cached' }, { signal });
      return output as T;
    } catch (thrown) {
      // Another customer's settings may not offer it.
      if (toTestioError(thrown).kind === 'permission') return null;
      throw thrown;
    }
  };
  const diagnostics = await readDiagnostics(runtime, about);
  const isFilled = diagnostics.as_of !== null;
  const products = isFilled ? await ask<Products>('list_products', { per_page: MOST_PRODUCTS }) : null;
  const ids = products?.products.map(({ id }) => id) ?? [];
  const judged = new Map<number, JudgedProduct>();
  for (let at = 0; at < ids.length; at += JUDGED_AT_ONCE) {
    const some = { product_ids: ids.slice(at, at + JUDGED_AT_ONCE), period: JUDGED_PERIOD };
    const report = await ask<Report>('generate_quality_report', some);
    for (const one of report?.by_product ?? []) judged.set(one.id, judgedProduct(one));
  }
  const failures = await ask<Failures>('get_problematic_tests', { per_page: MOST_FAILURES });
  const { reports } = await runtime.customers.runtimeOf(customer);
  return {
    diagnostics,
    products: products && {
      total: products.total,
      shown: products.products.map(({ id, title, test_count, bug_count }) => ({
        id,
        title,
        tests: test_count,
        bugs: bug_count,
        judged: judged.get(id) ?? null,
      })),
    },
    failures: failures && { total: failures.total, shown: failures.failures },
    reports: names.has('generate_quality_report') ? await reports.list() : [],
  };
}

function judgedProduct({ rates, health }: Report['by_product'][number]): JudgedProduct {
  const each = JUDGED_RATE_NAMES.map((name) => [name, { value: rates[name].value, state: health[name] }] as const);
  return {
    state: worstHealth(each.map(([, { state }]) => state)),
    rates: Object.fromEntries(each) as JudgedProduct['rates'],
  };
}
