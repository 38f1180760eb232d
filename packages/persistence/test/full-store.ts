import type { Test } from '@testio-mcp/domain';
import { recordApiBaseUrl } from '../src/account.ts';
import { failureKey, recordFailure } from '../src/failures.ts';
import { finishRun, recordOutcome, startRun } from '../src/run-log.ts';
import type { Store, WriteScope } from '../src/store.ts';
import { saveBugs } from '../src/write/bugs.ts';
import { saveExecutions } from '../src/write/executions.ts';
import { saveFeatures } from '../src/write/features.ts';
import { saveProducts } from '../src/write/products.ts';
import { saveRejectReasons } from '../src/write/reject-reasons.ts';
import { finishTestList, saveTestDetails, saveTests } from '../src/write/tests.ts';
import { bug, device, exploratoryTest, feature, product, snapshot, story } from './entities.ts';

/** A test as a single read holds it. */
export function detailedTest(facts: Partial<Test> = {}): Test {
  return exploratoryTest({
    raw: { id: 10, analytics: {} },
    features: [
      snapshot({
        executionStatus: 'failed',
        testerCount: 4,
        bugsFound: 1,
        userStories: [{ ...story(), versionId: 3, executionStatus: 'failed', testedByCount: 2, bugsFound: 1 }],
      }),
    ],
    analytics: {
      testersCount: 9,
      devicesCount: 12,
      totalFeatures: 1,
      testedFeatures: 1,
      passedFeatures: 0,
      failedFeatures: 1,
      totalUserStories: 1,
      testedUserStories: 1,
      passedUserStories: 0,
      failedUserStories: 1,
      blockedUserStories: 0,
      totalBugs: 1,
    },
    ...facts,
  });
}

/** Writes a small account with every writer; answers with the rows that each of them wrote. */
export async function saveAccount(scope: WriteScope): Promise<Record<string, number>> {
  return {
    products: await saveProducts(scope, [product()], { complete: true }),
    features: await saveFeatures(scope, 1, [{ feature: feature(), sectionIds: [900] }], {
      complete: true,
      unlinkedStories: [story({ id: 501 })],
    }),
    tests: await saveTests(scope, 1, [exploratoryTest()]),
    details: await saveTestDetails(scope, 1, detailedTest()),
    executions: await saveExecutions(scope, 10, [
      {
        versionId: 3,
        execution: {
          id: 77,
          status: 'failed',
          comment: 'The seat is gone',
          executedBy: 'quietheron',
          executedAt: 1_700_000_000_000,
          testId: 10,
          devices: [device()],
        },
      },
    ]),
    reasons: await saveRejectReasons(scope, [{ key: 'known_bug', name: 'Known', defaultComment: 'We know this.' }]),
    bugs: (await saveBugs(scope, [10], [bug()], [])).rowsWritten,
    finished: await finishTestList(scope, 1, { seenTestIds: [10], failedPositions: 0 }),
  };
}

/** Puts at least one row into every table. */
export async function fillStore(store: Store): Promise<void> {
  await store.write(async (scope) => {
    await saveAccount(scope);
    await recordApiBaseUrl(scope, 'https://api.example/customer/v2');
    const run = await startRun(scope, { mode: 'initial', trigger: 'cli', productIds: null });
    await recordOutcome(scope, run, { productId: 1, phase: 'tests', status: 'partial', items: 1, rowsWritten: 6 });
    await finishRun(scope, run, { status: 'partial', requests: 3, rowsWritten: 20 });
    const facts = {
      kind: 'test_position',
      productId: 1,
      testId: null,
      position: 4,
      beforeTestId: 10,
      beforeEndAt: 1_700_086_400_000,
      afterTestId: null,
      afterEndAt: null,
      code: 'upstream_error',
      message: 'The API could not deliver this test.',
      upstreamStatus: 500,
    };
    await recordFailure(scope, failureKey(facts), facts);
    // Written by code of its own, which comes with incremental syncs.
    await scope.db
      .insertInto('sync_lease')
      .values({ name: 'sync', owner: 'me', token: 1, acquired_at: 1, heartbeat_at: 1, expires_at: 2 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await scope.db
      .insertInto('test_templates')
      .values({
        id: 1,
        product_id: 1,
        title: 'Rapid',
        scenario: null,
        min_duration: 1,
        max_duration: 2,
        default_duration: 1,
        first_seen_at: 1,
        deleted_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}
