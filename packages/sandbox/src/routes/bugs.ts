import type { TestRecord } from '../account/records.ts';
import { presentBug } from '../present/bug.ts';
import { REJECT_REASONS } from '../vocabulary/reject-reasons.ts';
import type { WireBug } from '../wire.ts';
import { HttpError } from './http-error.ts';
import { idsParam } from './query.ts';
import { type ApiRequest, pathId } from './request.ts';

const EXPORT_STATUSES = ['export_requested', 'not_exported', 'exported'];

/**
 * `GET /bugs` (customer-api 8.9). All filters must hold; an id that is unknown matches nothing. The bugs of a poisoned test
 * are in no answer until it is cured.
 */
export function listBugs(request: ApiRequest): object {
  const { query } = request;
  const productIds = idsParam(query, 'filter_product_ids');
  const sectionIds = idsParam(query, 'filter_section_ids');
  const testIds = idsParam(query, 'filter_test_cycle_ids');
  const exportStatus = query.get('export_status');
  if (exportStatus !== null && !EXPORT_STATUSES.includes(exportStatus))
    throw new HttpError(400, 'export_status is invalid');
  const tests = candidates(request, testIds).filter(
    (test) => (productIds?.has(test.productId) ?? true) && (sectionIds?.has(test.sectionId) ?? true),
  );
  const bugs = tests.flatMap((test) => bugsOf(request, test, exportStatus)).sort((a, b) => a.id - b.id);
  return { bugs, meta: { record_count: bugs.length } };
}

function candidates({ account }: ApiRequest, ids: ReadonlySet<number> | null): TestRecord[] {
  if (ids === null) return account.readableTests();
  return [...ids].flatMap((id) => {
    const test = account.tests.get(id);
    return test === undefined || account.poisoned.has(id) ? [] : [test];
  });
}

function bugsOf(request: ApiRequest, test: TestRecord, exportStatus: string | null): WireBug[] {
  const { account } = request;
  return account.bugsOf(test).flatMap((bug) => {
    const wire = present(request, presentBug(account, test, bug));
    if (exportStatus === null) return [wire];
    const status =
      wire.exported_at !== null
        ? 'exported'
        : bug.facts?.exportRequested === true
          ? 'export_requested'
          : 'not_exported';
    return status === exportStatus ? [wire] : [];
  });
}

function present({ switches }: ApiRequest, bug: WireBug): WireBug {
  if (!switches.staging) return bug;
  const { auto_accepted: _, ...rest } = bug;
  return rest;
}

/** `GET /bugs/{bug_id}` (customer-api 8.10). */
export function readBug(request: ApiRequest): object {
  const { account } = request;
  const bug = account.bug(pathId(request));
  const test = bug === undefined ? undefined : account.tests.get(bug.testId);
  if (bug === undefined || test === undefined || account.poisoned.has(test.id))
    throw new HttpError(404, 'Bug not found');
  return { bug: present(request, presentBug(account, test, bug)) };
}

/** `GET /bugs/reject_reasons` (customer-api 8.11). */
export function listRejectReasons(): object {
  return { reject_reasons: REJECT_REASONS };
}

/** `POST /bugs`: a search by the key in the customer's tracker (customer-api 8.12). */
export function searchBugs(request: ApiRequest): object {
  const { account } = request;
  const key = searchKey(request.body);
  const bugs = account.readableTests().flatMap((test) =>
    account
      .bugsOf(test)
      .filter((bug) => ('external_idx' in bug.edits ? bug.edits.external_idx : bug.facts?.externalIdx) === key)
      .map((bug) => present(request, presentBug(account, test, bug))),
  );
  return { bugs: bugs.sort((a, b) => a.id - b.id) };
}

function searchKey(body: unknown): string {
  const bug = typeof body === 'object' && body !== null && 'bug' in body ? body.bug : undefined;
  if (typeof bug !== 'object' || bug === null) throw new HttpError(400, 'bug is missing');
  const key = 'external_idx' in bug ? bug.external_idx : undefined;
  if (typeof key !== 'string' || key === '') throw new HttpError(400, 'bug[external_idx] is missing');
  return key;
}
