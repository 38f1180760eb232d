import { parseInstant, toTestioError } from '@testio-mcp/domain';
import { findOperation } from '@testio-mcp/insights';
import type { Runtime } from '@testio-mcp/runtime';
import type { MiddlewareHandler } from 'hono';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { CUSTOMER } from '../several-customers.ts';
import { readDiagnostics } from './diagnostics.ts';
import { REST_ROOT } from './rest.ts';

const SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];

/** Figures about the running server, for Prometheus. Names of products, tests or people are in none of them. */
export interface Metrics {
  /** The runtime, with its calls counted and timed. */
  readonly measured: Runtime;
  /** Counts and times requests. */
  readonly middleware: MiddlewareHandler;
  /** All figures as Prometheus reads them, those of the store read now. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Begins to count. */
export function startMetrics(runtime: Runtime, openSessions: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'testio_mcp_http_request_seconds',
    help: 'Time until the answer to an HTTP request begins.',
    labelNames: ['surface', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  const calls = new Histogram({
    name: 'testio_mcp_call_seconds',
    help: 'Time of a question, by operation and outcome: ok, or the code of the error.',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const failed = new Counter({
    name: 'testio_mcp_scrape_errors_total',
    help: 'Times the store could not be asked.',
    registers,
  });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `testio_mcp_${name}`, help, labelNames, registers });
  const open = gauge('mcp_sessions', 'MCP sessions that are remembered.');
  const { names } = runtime.customers;
  // Each store has its own figures; with one alone there is nothing to tell apart.
  const whose = names.length > 1 ? [CUSTOMER] : [];
  const gaugeOfStore = (name: string, help: string, labelNames: string[] = []) =>
    gauge(name, help, [...whose, ...labelNames]);
  const rows = gaugeOfStore('store_rows', 'What the store holds.', ['entity']);
  const size = gaugeOfStore('store_bytes', "Size of the store's file.");
  const asOf = gaugeOfStore(
    'store_as_of_seconds',
    'The oldest instant at which the API confirmed what the store holds; 0: never.',
  );
  const complete = gaugeOfStore('store_complete', '1 if nothing is known to be missing.');
  const failures = gaugeOfStore('sync_open_failures', 'What could not be read and is tried again.');
  const last = gaugeOfStore('sync_last_attempt', '1 for how the last sync ended.', ['status']);

  const readStore = async (customer: string): Promise<void> => {
    const { as_of, completeness, store, sync } = await readDiagnostics(runtime, { customer });
    const of = names.length > 1 ? { [CUSTOMER]: customer } : {};
    for (const [entity, count] of Object.entries(store.counts)) rows.set({ ...of, entity }, count);
    size.set(of, store.size_bytes);
    asOf.set(of, as_of === null ? 0 : (parseInstant(as_of) ?? 0) / 1000);
    complete.set(of, completeness.complete ? 1 : 0);
    failures.set(of, sync.open_failures);
    if (sync.last_attempt !== null) last.set({ ...of, status: sync.last_attempt.status }, 1);
  };

  return {
    measured: {
      ...runtime,
      async call(name, input, options) {
        const end = calls.startTimer();
        try {
          const result = await runtime.call(name, input, options);
          end({ operation: result.operation.name, outcome: 'ok' });
          return result;
        } catch (thrown) {
          const { code } = toTestioError(thrown);
          // A name that somebody made up is no label: there would be no end of them.
          end({ operation: findOperation(name)?.name ?? 'unknown', outcome: code });
          throw thrown;
        }
      },
    },
    middleware: async (c, next) => {
      const end = requests.startTimer({ surface: surfaceOf(c.req.path), method: methodOf(c.req.method) });
      await next();
      end({ status: c.res.status });
    },
    async text() {
      open.set(openSessions());
      last.reset();
      await Promise.all(names.map((name) => readStore(name).catch(() => failed.inc())));
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

function surfaceOf(path: string): string {
  if (path === '/mcp' || path === '/mcp/') return 'mcp';
  if (path.startsWith(`${REST_ROOT}/`)) return 'rest';
  if (path.startsWith('/health')) return 'health';
  return path === '/metrics' ? 'metrics' : 'other';
}

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'];

function methodOf(method: string): string {
  return METHODS.includes(method) ? method : 'other';
}
