import { Account } from '../account/account.ts';
import { foldSeed } from '../random.ts';
import { type GeneratedFeatures, generateFeatures, IdSource } from './features.ts';
import { generatePeople } from './people.ts';
import { generateProducts } from './products.ts';
import { planOf, type Size } from './sizes.ts';
import { generateTests } from './tests.ts';

const KIND = 10;

/** Makes the account of a seed, size and instant. The same three give the same account. */
export function generateAccount(size: Size, seed: number, now: number): Account {
  const plan = planOf(size);
  const root = foldSeed(seed);
  const account = new Account(root, now);
  const featureIds = new IdSource(188_000, root, KIND, 1);
  const storyIds = new IdSource(69_000, root, KIND, 2);
  const features = new Map<number, GeneratedFeatures>();
  const products = generateProducts(seed, plan.products);
  for (const [index, product] of products.entries()) {
    account.products.set(product.id, product);
    account.productSeeds.set(product.id, product);
    const productPlan = plan.products[index];
    if (productPlan === undefined) continue;
    const generated = generateFeatures(root, product, productPlan, featureIds, storyIds);
    features.set(product.id, generated);
    for (const feature of generated.listed) account.features.set(feature.id, feature);
  }
  const people = generatePeople(plan);
  const { tests, poisoned } = generateTests(size, plan, seed, now, products, features, people);
  for (const test of tests) {
    account.tests.set(test.id, test);
    account.testSeeds.set(test.id, test);
  }
  for (const id of poisoned) account.poisoned.add(id);
  return account;
}
