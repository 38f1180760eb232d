import type { QualityReport } from './report-shape.ts';

/** How many parts an answer shows; files hold all. */
const SHOWN = { by_product: 20, trend: 13, features: 8, tests: 8 };

/** The report as an answer shows it: the first parts of each list, and how many there are besides. */
export function shortened(report: QualityReport): QualityReport {
  const { by_product, trend, features, tests } = report;
  return {
    ...report,
    by_product: by_product.slice(0, SHOWN.by_product),
    by_product_rest: Math.max(by_product.length - SHOWN.by_product, 0),
    trend: { ...trend, ...newest(trend, SHOWN.trend) },
    features: first(features, SHOWN.features),
    tests: first(tests, SHOWN.tests),
  };
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
