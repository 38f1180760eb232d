import type { QualityReport } from './report-shape.ts';

/** How many parts an answer shows; files hold all. */
const SHOWN = { named: 20, by_product: 8, trend: 13, features: 8, tests: 8 };

/** The report as an answer shows it: the first parts of each list, and how many there are besides. */
export function shortened(report: QualityReport): QualityReport {
  const { scope, by_product, trend, features, tests } = report;
  return {
    ...report,
    scope: {
      ...scope,
      products: scope.products.slice(0, SHOWN.named),
      products_rest: Math.max(scope.products.length - SHOWN.named, 0),
    },
    by_product: withMostBugs(by_product, SHOWN.by_product),
    by_product_rest: Math.max(by_product.length - SHOWN.by_product, 0),
    trend: { ...trend, ...newest(trend, SHOWN.trend) },
    features: first(features, SHOWN.features),
    tests: first(tests, SHOWN.tests),
  };
}

/** Those products that have most bugs, in the order in which all stand. */
function withMostBugs(products: QualityReport['by_product'], most: number): QualityReport['by_product'] {
  const bugs = (product: (typeof products)[number]) => product.total_bugs ?? 0;
  const chosen = new Set(products.toSorted((a, b) => bugs(b) - bugs(a)).slice(0, most));
  return products.filter((product) => chosen.has(product));
}

interface Part<Item> {
  readonly total: number;
  readonly items: Item[];
}

function first<Item>({ total, items }: Part<Item>, most: number) {
  const shown = items.slice(0, most);
  return { total, items: shown, rest: total - shown.length };
}

/** A trend is read from its end. */
function newest<Item>({ total, items }: Part<Item>, most: number) {
  const shown = items.slice(-most);
  return { total, items: shown, rest: total - shown.length };
}
