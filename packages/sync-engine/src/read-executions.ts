import type { ApiClient } from '@testio-mcp/api-client';
import type { Test } from '@testio-mcp/domain';
import type { StoryRun } from '@testio-mcp/persistence';
import pLimit from 'p-limit';
import type { AskOne } from './read-features.ts';

/** Executions asked for at a time. The list has a total, so large pages cost nothing. */
export const PAGE_SIZE = 100;
/** Stories of one test asked for at a time: all that the client lets through, or the last test would be waited for. */
const STORIES_AT_A_TIME = 10;

export interface ExecutionQuestions {
  readonly api: Pick<ApiClient, 'listExecutions'>;
  readonly ask: AskOne;
  readonly signal: AbortSignal;
  /** See CallOptions. */
  readonly isPatient?: boolean;
}

/**
 * Reads every execution of a test. The answer does not name the story (customer-api 8.13), so each story's copy is asked for
 * by itself; stories that nobody ran are known from the test's metrics and are not asked for.
 *
 * @param test as a single read holds it, with its stories as objects
 */
export async function readExecutions(questions: ExecutionQuestions, test: Test): Promise<StoryRun[]> {
  const stories = test.features.flatMap((feature) => feature.userStories ?? []);
  // Null means that the API does not say how many ran it.
  const versions = stories.filter((story) => story.testedByCount !== 0).map((story) => story.versionId);
  const known = [...new Set(versions.filter((id) => id !== null))];
  const runs = await pLimit(STORIES_AT_A_TIME).map(known, (versionId) => readVersion(questions, versionId));
  return runs.flat();
}

async function readVersion(questions: ExecutionQuestions, versionId: number): Promise<StoryRun[]> {
  const { api, ask, signal, isPatient } = questions;
  const runs = new Map<number, StoryRun>();
  for (let page = 1; ; page += 1) {
    const part = { versionIds: [versionId], page, perPage: PAGE_SIZE };
    const answer = await ask(() => api.listExecutions({ ...part, isPatient, signal }));
    const before = runs.size;
    for (const execution of answer.executions) runs.set(execution.id, { versionId, execution });
    // Without a total only a page that brings nothing new is the end; a host that ignores paging sends such a page, too.
    if (runs.size === before || runs.size >= (answer.recordCount ?? Number.POSITIVE_INFINITY))
      return [...runs.values()];
  }
}
