import type { Account } from '../account/account.ts';
import type { FeatureRecord, ProductRecord, SectionRecord, TestRecord } from '../account/records.ts';
import { allSections } from '../present/product.ts';
import type { SandboxSwitches } from '../switches.ts';
import { HttpError } from './http-error.ts';

/** A request to the API after the token was checked. */
export interface ApiRequest {
  readonly account: Account;
  readonly switches: SandboxSwitches;
  readonly query: URLSearchParams;
  /** Ids in the path, in order. */
  readonly ids: readonly number[];
  /** The parsed JSON body; undefined when there is none. */
  readonly body: unknown;
}

export type Handler = (request: ApiRequest) => object;

/** The id at a position of the path. */
export function pathId(request: ApiRequest, at = 0): number {
  return request.ids[at] ?? 0;
}

/** The product named by an id. @throws HttpError 404, or 403 for a foreign one where the switch says so */
export function productOf(request: ApiRequest, id = pathId(request)): ProductRecord {
  const { products } = request.account;
  return products.get(id) ?? refuse(request, id, products.keys(), 'Product');
}

/** The section of a product named by an id. @throws HttpError 404 */
function sectionOf(product: ProductRecord, id: number): SectionRecord {
  const section = allSections(product).find((candidate) => candidate.id === id);
  if (section === undefined) throw new HttpError(404, 'Section not found');
  return section;
}

/** The features a reader gets for a section. A product without sections answers with all of them (customer-api 8.4). */
export function featuresInSection(request: ApiRequest, product: ProductRecord, sectionId: number): FeatureRecord[] {
  const section = sectionOf(product, sectionId);
  const isPlain = product.sections.length + product.hiddenSections.length === 0;
  return request.account.featuresOf(product.id, isPlain ? undefined : section.id);
}

/** The test named by an id. @throws HttpError 404, 403, or 500 for a poisoned one */
export function testOf(request: ApiRequest, id = pathId(request)): TestRecord {
  const { tests, poisoned } = request.account;
  const test = tests.get(id) ?? refuse(request, id, tests.keys(), 'Exploratory test');
  if (poisoned.has(id)) throw internalError();
  return test;
}

/** The answer whose cause nobody tells. */
export function internalError(): HttpError {
  return new HttpError(500, 'Internal server error');
}

/**
 * Refuses an id that is not the account's. Ids are numbered across customers, so one between the account's own belongs
 * to somebody else (customer-api 3).
 */
function refuse(request: ApiRequest, id: number, own: Iterable<number>, what: string): never {
  let below = false;
  let above = false;
  for (const other of own) {
    below ||= other < id;
    above ||= other > id;
  }
  if (below && above && request.switches.foreignIds === 403)
    throw new HttpError(403, `You may not see this ${what.toLowerCase()}`);
  throw new HttpError(404, `${what} not found`);
}
