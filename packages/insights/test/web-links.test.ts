import { expect, test } from 'vitest';
import { bug, exploratoryTest, feature, product } from './support/entities.ts';
import { sharedRig } from './support/rig.ts';

const own = sharedRig(async (it) => {
  await it.products(product({ id: 1, title: 'Shop' }));
  await it.features(1, { feature: feature({ id: 5, title: 'Cart' }), sectionIds: [] });
  await it.tests(1, exploratoryTest({ id: 10, title: 'Smoke' }));
  await it.bugs([10], bug({ id: 100, testId: 10, title: 'Broken' }));
});

const webLinks = {
  product: 'https://qa.example/products/{id}',
  feature: 'https://qa.example/products/{product_id}/features/{id}',
  test: 'https://qa.example/products/{product_id}/tests/{id}',
  bug: 'https://qa.example/products/{product_id}/tests/{test_id}/bugs/{id}',
};

test.each([
  ['get_product_summary', { product_id: 1 }, ['product'], 'https://qa.example/products/1'],
  ['get_feature_summary', { feature_id: 5 }, ['feature'], 'https://qa.example/products/1/features/5'],
  ['get_test_summary', { test_id: 10 }, ['test'], 'https://qa.example/products/1/tests/10'],
  ['get_bug_summary', { bug_id: 100 }, ['bug'], 'https://qa.example/products/1/tests/10/bugs/100'],
  ['list_tests', {}, ['tests', '0'], 'https://qa.example/products/1/tests/10'],
  ['list_bugs', {}, ['bugs', '0'], 'https://qa.example/products/1/tests/10/bugs/100'],
  ['get_triage_queue', {}, ['bugs', '0'], 'https://qa.example/products/1/tests/10/bugs/100'],
])('%s leads to the web interface where its addresses are set, and only there', async (name, input, path, address) => {
  const thing = (answer: unknown) =>
    path.reduce((at, key) => (at as Record<string, unknown>)[key], answer) as Record<string, unknown>;
  const { output, text } = await own().call(name, input, { webLinks });
  expect(thing(output).web_url).toBe(address);
  if (name.endsWith('_summary')) expect(text).toContain(`Web: ${address}`);
  expect(thing(await own().ask(name, input))).not.toHaveProperty('web_url');
  expect(thing(await own().ask(name, input, { webLinks: {} }))).not.toHaveProperty('web_url');
});

test('the Markdown of a bug has its address, too', async () => {
  const { markdown } = await own().ask('get_bug_summary', { bug_id: 100 }, { webLinks });
  expect(markdown).toContain('- Web: <https://qa.example/products/1/tests/10/bugs/100>');
  expect((await own().ask('get_bug_summary', { bug_id: 100 })).markdown).not.toContain('Web:');
});
