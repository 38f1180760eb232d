import type { Account } from '../account/account.ts';
import type { Execution } from '../generate/executions.ts';
import { presentExecution } from '../present/execution.ts';
import { HttpError } from './http-error.ts';
import { idsParam, pageParams, sliceOf } from './query.ts';
import type { ApiRequest } from './request.ts';

/**
 * `GET /user_story_version_executions` (customer-api 8.13): by time of creation, equal times by id. Runs of poisoned tests
 * are in no answer until the test is cured.
 */
export function listExecutions({ account, query }: ApiRequest): object {
  const storyIds = idsParam(query, 'user_story_ids[]');
  const versionIds = idsParam(query, 'user_story_version_ids[]');
  const order = query.get('order') ?? 'asc';
  if (order !== 'asc' && order !== 'desc') throw new HttpError(400, 'order is invalid');
  const page = pageParams(withFirstPage(query)) ?? { page: 1, perPage: 25 };
  const runs = collect(account, storyIds, versionIds);
  runs.sort((a, b) => a.executedAt - b.executedAt || a.id - b.id);
  if (order === 'desc') runs.reverse();
  const executions = sliceOf(runs, page).flatMap((run) => {
    const test = account.tests.get(run.testId);
    return test === undefined ? [] : [presentExecution(account, test, run)];
  });
  return { meta: { record_count: runs.length }, user_story_version_executions: executions };
}

/** This list is paged even when nobody asks for a page. */
function withFirstPage(query: URLSearchParams): URLSearchParams {
  if (query.has('page')) return query;
  const copy = new URLSearchParams(query);
  copy.set('page', '1');
  return copy;
}

function collect(
  account: Account,
  storyIds: ReadonlySet<number> | null,
  versionIds: ReadonlySet<number> | null,
): Execution[] {
  return account
    .versions(storyIds, versionIds)
    .filter((version) => !account.poisoned.has(version.test.id))
    .flatMap((version) => account.executionsOf(version));
}
