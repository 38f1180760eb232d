import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from '@testio-mcp/api-client';
import { type Clock, hasSections, sectionsToWalk, systemClock } from '@testio-mcp/domain';
import { openStore, type ReadScope, type Store } from '@testio-mcp/persistence';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { onTestFinished } from 'vitest';
import { runSync, type SyncDependencies, type SyncOptions, type SyncRunRecord } from '../src/index.ts';

const NOW = '2026-03-17T00:00:00Z';

export async function sandboxOf(options: Parameters<typeof startSandbox>[0] = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ now: NOW, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

export async function emptyStore(clock: Clock = systemClock): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'testio-sync-'));
  const store = await openStore({ file: join(folder, 'store.db'), clock });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
    if (store.unitsInFlight !== 0) throw new Error(`${store.unitsInFlight} units of work were left open`);
  });
  return store;
}

/** A client that does not pause between its attempts. */
export function clientOf(sandbox: Sandbox, token: string = sandbox.token): ApiClient {
  const client = createApiClient({ baseUrl: sandbox.url, token, env: {}, sleep: async () => undefined });
  onTestFinished(() => client.close());
  return client;
}

/** The client with some of its methods replaced, in every view of it. */
export function altered(api: ApiClient, change: (api: ApiClient) => Partial<ApiClient>): ApiClient {
  return Object.assign(Object.create(api) as ApiClient, change(api), {
    withRetryBudget: (retries?: number) => altered(api.withRetryBudget(retries), change),
  });
}

export interface Rig extends SyncDependencies {
  readonly sandbox: Sandbox;
  sync(options?: Partial<SyncOptions>): Promise<SyncRunRecord>;
}

/** A sandbox, an empty store and a client between them. */
export async function rigOf(options: Parameters<typeof startSandbox>[0] = {}): Promise<Rig> {
  const sandbox = await sandboxOf(options);
  return rigOn(sandbox, await emptyStore());
}

export function rigOn(sandbox: Sandbox, store: Store, api: ApiClient = clientOf(sandbox)): Rig {
  const deps = { store, api, clock: systemClock };
  return { ...deps, sandbox, sync: (wanted) => runSync(deps, { trigger: 'test', ...wanted }) };
}

/** Ids of what the store holds alive, in the form of the sandbox's state. */
export async function idsIn(store: Store) {
  return store.read(async (scope) => {
    const people = await scope.db.selectFrom('people').select(['kind', 'name']).execute();
    return {
      products: await livingIds(scope, 'products'),
      features: await livingIds(scope, 'features'),
      user_stories: await livingIds(scope, 'user_stories'),
      tests: await livingIds(scope, 'tests'),
      bugs: await livingIds(scope, 'bugs'),
      people: people.map((person) => `${person.kind}:${person.name}`).sort(),
    };
  });
}

async function livingIds({ db }: ReadScope, table: 'products' | 'features' | 'user_stories' | 'tests' | 'bugs') {
  const rows = await db.selectFrom(table).select('id').where('deleted_at', 'is', null).orderBy('id').execute();
  return rows.map((row) => row.id);
}

/** How the phases of a run ended, as `phase of product: status`, those that are completed left out. */
export function blemishes(record: SyncRunRecord): string[] {
  return record.outcomes
    .filter((outcome) => outcome.status !== 'completed')
    .map((outcome) => `${outcome.phase} of ${outcome.product_id ?? 'account'}: ${outcome.status}`)
    .sort();
}

export function outcomeOf(record: SyncRunRecord, phase: string, productId: number | null) {
  const outcome = record.outcomes.find((one) => one.phase === phase && one.product_id === productId);
  if (outcome === undefined) throw new Error(`no outcome of ${phase} for ${productId}`);
  return outcome;
}

/** Which section of which product lists which feature, as `product/section/feature`, by asking for each list. */
export async function membershipsAt(api: ApiClient): Promise<string[]> {
  const found: string[] = [];
  for (const product of await api.listProducts()) {
    const sections = hasSections(product) ? sectionsToWalk(product).map((section) => section.id) : [undefined];
    for (const sectionId of sections) {
      const features = await api.listFeatures(product.id, { sectionId });
      found.push(...features.map((feature) => `${product.id}/${sectionId ?? 0}/${feature.id}`));
    }
  }
  return found.sort();
}

export async function membershipsIn(store: Store): Promise<string[]> {
  const rows = await store.read(({ db }) =>
    db.selectFrom('product_features').selectAll().where('deleted_at', 'is', null).execute(),
  );
  return rows.map((row) => `${row.product_id}/${row.section_key}/${row.feature_id}`).sort();
}

/** A small sandbox without poisoned tests, so that nothing but the fault of the test is wrong. */
export async function wellRig() {
  const rig = await rigOf();
  rig.sandbox.edit(rig.sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  const [sectioned = 0, plain = 0, other = 0] = rig.sandbox.state().ids.products;
  return { ...rig, sectioned, plain, other };
}
