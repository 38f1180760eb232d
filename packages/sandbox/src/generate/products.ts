import type { ProductRecord, SectionRecord } from '../account/records.ts';
import { foldSeed, Random } from '../random.ts';
import type { Domain } from '../vocabulary/domain.ts';
import { DOMAINS } from '../vocabulary/domains.ts';
import { BRANDS } from '../vocabulary/test-texts.ts';
import type { WireConnection } from '../wire.ts';
import { generateEnvironments } from './environments.ts';
import type { ProductPlan } from './sizes.ts';

const KIND = 1;

/** The products of an account, ids ascending. */
export function generateProducts(seed: number, plans: readonly ProductPlan[]): ProductRecord[] {
  const root = foldSeed(seed);
  let nextId = 30_400;
  let nextSectionId = 51_100;
  return plans.map((plan, index) => {
    const random = new Random(root, KIND, index);
    nextId += random.int(3, 40);
    const id = nextId;
    const domain = domainOf(index);
    const kind = domain.kinds[Math.floor(index / DOMAINS.length) % domain.kinds.length];
    // Eighteen kinds of product times twenty brands: names are unlike each other for the first 360 products.
    const round = DOMAINS.length * 3;
    const brand = BRANDS[(Math.floor(index / round) + (index % round) * 3) % BRANDS.length] ?? '';
    const section = (name: string): SectionRecord => {
      nextSectionId += random.int(1, 30);
      return { id: nextSectionId, name };
    };
    // On old products the default section has the product's own id (customer-api 7.1).
    const defaultSectionId = index % 6 === 3 ? id : section('').id;
    const named = domain.sections.slice(0, plan.sectionCount).map((name) => section(name));
    for (let extra = named.length; extra < plan.sectionCount; extra++) named.push(section(`Area ${extra + 1}`));
    const type = kind?.type ?? 'website';
    return {
      id,
      name: `${brand} ${kind?.name ?? domain.key}`,
      description: random.chance(0.8) ? (kind?.description ?? null) : null,
      type,
      domain,
      defaultSectionId,
      sections: plan.layout === 'sections' ? named : [],
      hiddenSections: plan.layout === 'hidden' ? named : [],
      sectionsAreNull: plan.layout === 'plain' && index > 0 && index % 11 === 5,
      connection: index % 2 === 1 ? connection(id, brand) : null,
      remoteDeviceTesting: random.chance(0.3),
      environments: generateEnvironments(root, id, brand, type),
      templates: templates(id, [defaultSectionId, ...named.map((s) => s.id)], random.int(0, 3)),
    };
  });
}

/** The domain of the product at a position of the account. */
export function domainOf(index: number): Domain {
  const domain = DOMAINS[index % DOMAINS.length];
  if (domain === undefined) throw new RangeError('There is no domain to take a product from.');
  return domain;
}

function connection(productId: number, brand: string): WireConnection {
  const host = brand.toLowerCase().replace(/[^a-z]+/g, '-');
  return {
    id: 800 + (productId % 10_000),
    name: `${brand} tracker`,
    url: `https://hooks.${host}.example/testio`,
    fixed: false,
  };
}

function templates(productId: number, sectionIds: readonly number[], count: number): ProductRecord['templates'] {
  const titles = ['Regression, all features', 'Smoke check', 'Checkout coverage'];
  return Array.from({ length: count }, (_, i) => ({
    id: productId * 10 + i,
    title: titles[i % titles.length] ?? 'Template',
    test_scenario_template: 'ExploratoryTest',
    max_test_duration: 48,
    min_test_duration: 2,
    default_test_duration: [28, 2, 24][i % 3] ?? 24,
    sectionId: sectionIds[i % sectionIds.length] ?? 0,
  }));
}
