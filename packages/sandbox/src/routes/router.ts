import { listBugs, listRejectReasons, readBug, searchBugs } from './bugs.ts';
import { allocateUpload, listEnvironments, listTemplates, readConnection, readEnvironment } from './environments.ts';
import { listExecutions } from './executions.ts';
import { listFeatures, listSectionFeatures, listStories, readStory } from './features.ts';
import { HttpError } from './http-error.ts';
import { listProducts, readProduct } from './products.ts';
import type { Handler } from './request.ts';
import { listTests, readTest } from './tests.ts';

interface Route {
  readonly path: string;
  readonly methods: Readonly<Record<string, Handler>>;
}

/** Answers 405: a documented endpoint that writes, which this sandbox does not do (customer-api 9). */
const WRITES: Handler = () => {
  throw new HttpError(405, 'This sandbox is read-only');
};

/** `:id` stands for a number. The first match counts, so fixed words come before ids. */
const ROUTES: readonly Route[] = [
  { path: '/products', methods: { GET: listProducts, POST: WRITES } },
  { path: '/products/:id', methods: { GET: readProduct, PUT: WRITES, DELETE: WRITES } },
  { path: '/products/:id/features', methods: { GET: listFeatures } },
  { path: '/products/:id/features/copy', methods: { PUT: WRITES } },
  { path: '/products/:id/sections/:id/features', methods: { GET: listSectionFeatures } },
  { path: '/products/:id/user_stories', methods: { GET: listStories, POST: WRITES } },
  { path: '/products/:id/user_stories/:id', methods: { PUT: WRITES, DELETE: WRITES } },
  { path: '/products/:id/exploratory_tests', methods: { GET: listTests, POST: WRITES } },
  { path: '/products/:id/test_environments', methods: { GET: listEnvironments, POST: WRITES } },
  { path: '/products/:id/test_environments/:id', methods: { GET: readEnvironment, PUT: WRITES, DELETE: WRITES } },
  { path: '/products/:id/test_cases', methods: { POST: WRITES } },
  { path: '/products/:id/test_case_test', methods: { POST: WRITES } },
  { path: '/features', methods: { POST: WRITES } },
  { path: '/user_stories/:id', methods: { GET: readStory } },
  { path: '/exploratory_tests/:id', methods: { GET: readTest, PUT: WRITES } },
  { path: '/exploratory_tests/:id/launch', methods: { POST: WRITES } },
  { path: '/exploratory_tests/:id/duplicate', methods: { POST: WRITES } },
  { path: '/exploratory_tests/:id/templates', methods: { POST: WRITES } },
  { path: '/bugs', methods: { GET: listBugs, POST: searchBugs } },
  { path: '/bugs/reject_reasons', methods: { GET: listRejectReasons } },
  { path: '/bugs/:id', methods: { GET: readBug } },
  { path: '/bugs/:id/accept', methods: { PUT: WRITES } },
  { path: '/bugs/:id/reject', methods: { PUT: WRITES } },
  { path: '/bugs/:id/mark_as_exported', methods: { PUT: WRITES } },
  { path: '/bugs/:id/mark_as_known', methods: { PUT: WRITES } },
  { path: '/bugs/:id/mark_as_fixed', methods: { PUT: WRITES } },
  { path: '/bug_report_confirmations', methods: { POST: WRITES } },
  { path: '/user_story_version_executions', methods: { GET: listExecutions } },
  { path: '/test_templates', methods: { GET: listTemplates } },
  { path: '/connections', methods: { POST: WRITES } },
  { path: '/connections/:id', methods: { GET: readConnection, PUT: WRITES, DELETE: WRITES } },
  { path: '/binary_apps', methods: { POST: WRITES } },
  { path: '/binary_apps/upload_url', methods: { GET: allocateUpload } },
  { path: '/binary_apps/:id', methods: { PUT: WRITES } },
];

const COMPILED = ROUTES.map(({ path, methods }) => ({ segments: path.split('/'), methods }));
const ID = /^\d{1,15}$/;

export interface Match {
  readonly handler: Handler;
  readonly ids: readonly number[];
}

/**
 * Finds the handler of a request. `path` begins behind the base path.
 *
 * @throws HttpError 404 for a path that is not documented, or whose id is not a number; 405 for another method
 */
export function route(method: string, path: string): Match {
  const segments = path.split('/');
  for (const candidate of COMPILED) {
    const ids = idsOf(candidate.segments, segments);
    if (ids === null) continue;
    const handler = candidate.methods[method];
    if (handler !== undefined && handler !== WRITES) return { handler, ids };
    const allowed = Object.keys(candidate.methods).filter((name) => candidate.methods[name] !== WRITES);
    throw new HttpError(405, 'This sandbox is read-only', { allow: allowed.join(', ') });
  }
  throw new HttpError(404, 'Not found');
}

function idsOf(pattern: readonly string[], segments: readonly string[]): number[] | null {
  if (pattern.length !== segments.length) return null;
  const ids: number[] = [];
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] ?? '';
    if (part === ':id') {
      if (!ID.test(segment)) return null;
      ids.push(Number(segment));
    } else if (part !== segment) {
      return null;
    }
  }
  return ids;
}
