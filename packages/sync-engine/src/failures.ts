import type { TestioError } from '@testio-mcp/domain';
import { type FailureFacts, failureKey, type OpenFailure } from '@testio-mcp/persistence';
import type { SyncFailure } from './run-record.ts';
import type { Gap } from './test-list.ts';

/** Something that could not be read, under the key by which later runs know it. */
export interface Failure {
  readonly key: string;
  readonly facts: FailureFacts & { readonly kind: SyncFailure['kind'] };
}

/** Kinds of failures that are about one test. */
export const OF_ONE_TEST: readonly SyncFailure['kind'][] = ['bugs', 'test_details', 'executions'];

/** Positions of a product's test list. Known by the tests around them, because numbers shift with every new test. */
export function positionFailure(productId: number, gap: Gap): Failure {
  const facts = {
    ...base('test_position', productId, gap.error),
    message: unreadable(gap.position, gap.length, gap.error),
    // A stretch has no position: how many tests it holds is not known.
    position: gap.length === 1 ? gap.position : null,
    beforeTestId: gap.before?.id ?? null,
    beforeEndAt: gap.before?.endAt ?? null,
    afterTestId: gap.after?.id ?? null,
    afterEndAt: gap.after?.endAt ?? null,
  };
  return { key: failureKey(facts, gap.ordinal), facts };
}

/** A position that was tried again and failed again, where it stands now. */
export function positionStillFailing(open: OpenFailure, position: number, error: TestioError): Failure {
  const facts = {
    ...base('test_position', open.productId ?? 0, error),
    message: unreadable(position, 1, error),
    position,
    beforeTestId: open.beforeTestId,
    beforeEndAt: open.beforeEndAt,
    afterTestId: open.afterTestId,
    afterEndAt: open.afterEndAt,
  };
  return { key: open.key, facts };
}

/** People count from 1, as pages do; `position` counts from 0. */
function unreadable(position: number, length: number, error: TestioError): string {
  const where = length === 1 ? `Test no. ${position + 1}` : `Tests no. ${position + 1} to ${position + length}`;
  return `${where} of the test list, newest end first, could not be read. ${error.message}`;
}

/** A product's test list that could not be read at all, or not to its end. */
export function listFailure(productId: number, error: TestioError): Failure {
  const facts = base('test_position', productId, error);
  return {
    key: failureKey(facts),
    facts: { ...facts, message: `The test list could not be read to its end. ${error.message}` },
  };
}

/** Something of one test. */
export function testFailure(
  kind: 'bugs' | 'test_details' | 'executions',
  productId: number,
  testId: number,
  error: TestioError,
): Failure {
  const facts = { ...base(kind, productId, error), testId };
  return { key: failureKey(facts), facts };
}

/** The features of a product, or of one of its sections. */
export function featureFailure(productId: number, sectionId: number | null, error: TestioError): Failure {
  const facts = base('features', productId, error);
  return { key: failureKey(facts, sectionId ?? 0), facts };
}

/** The list of the account's products. */
export function productsFailure(error: TestioError): Failure {
  const facts = base('products', null, error);
  return { key: failureKey(facts), facts };
}

/** The failure as run records show it. */
export function toSyncFailure({ key, facts }: Failure): SyncFailure {
  return {
    key,
    kind: facts.kind,
    product_id: facts.productId,
    test_id: facts.testId,
    position: facts.position,
    before_test_id: facts.beforeTestId,
    after_test_id: facts.afterTestId,
    code: facts.code,
    message: facts.message,
  };
}

function base(kind: SyncFailure['kind'], productId: number | null, error: TestioError): Failure['facts'] {
  return {
    kind,
    productId,
    testId: null,
    position: null,
    beforeTestId: null,
    beforeEndAt: null,
    afterTestId: null,
    afterEndAt: null,
    code: error.code,
    message: error.message,
    upstreamStatus: error.facts.upstreamStatus ?? null,
  };
}
