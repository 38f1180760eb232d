import { setImmediate } from 'node:timers/promises';
import type { Product } from '@testio-mcp/domain';
import { hasSections, sectionsToWalk } from '@testio-mcp/domain';
import { closeFailures, saveFeatures } from '@testio-mcp/persistence';
import { featureFailure } from './failures.ts';
import { readFeatures } from './read-features.ts';
import { type Run, subjectOf } from './run.ts';

/** Makes the features and user stories of one product equal to the API's. Never throws: the outcome tells. */
export async function syncFeatures(run: Run, product: Product): Promise<void> {
  const tally = run.tally(subjectOf(product), 'features');
  const name = product.title ?? `Product ${product.id}`;
  const progress = run.progress.task(hasSections(product) ? sectionsToWalk(product).length : 1);
  if (run.isTooLateFor(tally)) return;
  tally.hold();
  // The list of tests asks first, once it has seen what is stored: more depends on it.
  await setImmediate();
  try {
    const { features, unlinkedStories, lost } = await readFeatures(
      {
        api: run.api,
        isPatient: true,
        signal: run.signal,
        ask: async (question) => {
          try {
            return await run.ask(question);
          } finally {
            progress.step(`${name}: features`);
          }
        },
      },
      product,
    );
    const failures = lost.map((list) => featureFailure(product.id, list.sectionId, list.error));
    const rows = await run.write(async (scope) => {
      await run.recordFailures(scope, failures);
      const keys = failures.map((failure) => failure.key);
      await closeFailures(scope, { productId: product.id, kinds: ['features'] }, keys);
      return saveFeatures(scope, product.id, features, { complete: lost.length === 0, unlinkedStories });
    });
    tally.expect(features.length + lost.length);
    tally.read(features.length, features.length, rows);
    for (const { error } of lost) tally.lose(1, error);
    tally.release();
  } catch (thrown) {
    await run.close(tally, thrown, (error) => featureFailure(product.id, null, error));
  }
  progress.end(`${name}: features`);
}
