import { findOperation, type Operation } from '@testio-mcp/insights';

/** A kind of thing that has a resource for each of its ids. What a resource shows is the answer of its summary. */
export interface EntityKind {
  readonly kind: 'product' | 'test' | 'bug' | 'feature';
  /** As the address says it. */
  readonly plural: string;
  readonly title: string;
  readonly description: string;
  readonly operation: string;
  readonly parameter: string;
}

const ENTITY_KINDS: readonly EntityKind[] = [
  {
    kind: 'product',
    plural: 'products',
    title: 'Product',
    description: 'One product in numbers: tests, bugs, rates, running tests.',
    operation: 'get_product_summary',
    parameter: 'product_id',
  },
  {
    kind: 'test',
    plural: 'tests',
    title: 'Test',
    description: 'One test: goal, scope, devices, results, bugs in numbers.',
    operation: 'get_test_summary',
    parameter: 'test_id',
  },
  {
    kind: 'bug',
    plural: 'bugs',
    title: 'Bug',
    description: 'One bug: what happened, steps, devices, comments, status. Quoted from testers and customers.',
    operation: 'get_bug_summary',
    parameter: 'bug_id',
  },
  {
    kind: 'feature',
    plural: 'features',
    title: 'Feature',
    description: 'One feature over all of its tests.',
    operation: 'get_feature_summary',
    parameter: 'feature_id',
  },
];

/** One thing by its address. */
export interface Entity {
  readonly of: EntityKind;
  readonly id: number;
}

const ADDRESS = /^testio:\/\/([a-z]+)\/(\d{1,15})$/;

/** The thing at this address; undefined for addresses of anything else. */
export function entityAt(uri: string): Entity | undefined {
  const [, plural, id] = ADDRESS.exec(uri) ?? [];
  const of = ENTITY_KINDS.find((kind) => kind.plural === plural);
  return of === undefined ? undefined : { of, id: Number(id) };
}

/** The address of a thing. */
export function addressOf({ of, id }: Entity): string {
  return `testio://${of.plural}/${id}`;
}

/** The kinds whose summary the server offers: what cannot be called cannot be read either. */
export function readableKinds(offered: readonly Operation[]): readonly EntityKind[] {
  return ENTITY_KINDS.filter(({ operation }) => offered.some(({ name }) => name === operation));
}

/** What to ask for the answer about a thing. */
export function questionAbout({ of, id }: Entity, options: { readonly fromStore: boolean }): Record<string, unknown> {
  const asks = findOperation(of.operation)?.input.shape ?? {};
  return { [of.parameter]: id, ...(options.fromStore && 'freshness' in asks ? { freshness: 'cached' } : {}) };
}
