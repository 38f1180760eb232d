import type { Execution, SnapshotStory, Test } from '@testio-mcp/domain';
import { expect, test } from 'vitest';
import { readExecutions } from '../src/read-executions.ts';

function execution(id: number): Execution {
  return { id, status: 'passed', comment: null, executedBy: null, executedAt: null, testId: 1, devices: [] };
}

function testWith(stories: readonly Partial<SnapshotStory>[]): Test {
  return {
    id: 1,
    features: [
      { id: 5, userStories: stories },
      { id: 6, userStories: null },
    ],
  } as unknown as Test;
}

interface Host {
  /** Executions by version. */
  readonly runs: Readonly<Record<number, number>>;
  readonly tellsTotal: boolean;
  readonly mostPerPage: number;
  readonly ignoresPaging?: boolean;
}

async function readFrom(host: Host, stories: readonly Partial<SnapshotStory>[]) {
  const asked: string[] = [];
  const read = await readExecutions(
    {
      api: {
        listExecutions: async ({ versionIds, page, perPage }) => {
          const [version = 0] = versionIds ?? [];
          asked.push(`${version}/${page}`);
          const all = Array.from({ length: host.runs[version] ?? 0 }, (_, index) => execution(version * 1_000 + index));
          const size = Math.min(perPage, host.mostPerPage);
          const executions = host.ignoresPaging === true ? all : all.slice((page - 1) * size, page * size);
          return { executions, recordCount: host.tellsTotal ? all.length : null };
        },
      },
      ask: (question) => question(),
      signal: new AbortController().signal,
    },
    testWith(stories),
  );
  return {
    asked: asked.sort(),
    counts: [...Map.groupBy(read, (run) => run.versionId)].map(([id, runs]) => [id, runs.length]),
  };
}

const api: Host = { runs: { 11: 3, 12: 250, 13: 100 }, tellsTotal: true, mostPerPage: 100 };

test('each story that was run is asked for by itself, page by page up to the total', async () => {
  const { asked, counts } = await readFrom(api, [
    { versionId: 11, testedByCount: 2 },
    { versionId: 12, testedByCount: 9 },
    { versionId: 13, testedByCount: 1 },
  ]);
  expect(asked).toEqual(['11/1', '12/1', '12/2', '12/3', '13/1']);
  expect(counts).toEqual([
    [11, 3],
    [12, 250],
    [13, 100],
  ]);
});

test('stories that nobody ran are not asked for; those of which it is not known are', async () => {
  const { asked } = await readFrom(api, [
    { versionId: 11, testedByCount: 0 },
    { versionId: 13, testedByCount: null },
    { versionId: 13, testedByCount: 4 },
    { versionId: null, testedByCount: 4 },
  ]);
  expect(asked).toEqual(['13/1']);
});

test('without a total, and with smaller pages than asked for, nothing is lost', async () => {
  const { counts } = await readFrom({ ...api, tellsTotal: false, mostPerPage: 40 }, [
    { versionId: 12, testedByCount: 1 },
  ]);
  expect(counts).toEqual([[12, 250]]);
});

test('a host that ignores paging does not loop', async () => {
  const host = { ...api, tellsTotal: false, ignoresPaging: true };
  const { asked, counts } = await readFrom(host, [{ versionId: 12, testedByCount: 1 }]);
  expect(counts).toEqual([[12, 250]]);
  expect(asked).toEqual(['12/1', '12/2']);
});
