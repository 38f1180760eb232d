import type { JudgedRate } from '@testio-mcp/domain';

/** A bound that one product has for itself. */
interface ProductBound {
  readonly product: number;
  readonly rate: JudgedRate;
  readonly band: 'warning' | 'critical';
  readonly share: number;
}

/** The words of the settings for all products: `PLAYBOOK_REJECTION_WARNING` is `rejection_warning` here. */
const RATES: Readonly<Record<string, JudgedRate>> = {
  rejection: 'rejection_rate',
  auto_acceptance: 'auto_acceptance_rate',
  review: 'review_rate',
};
const PRODUCT = /^\s*(\d{1,15})\s*:\s*(.+?)\s*$/s;
const BOUND = /^\s*(rejection|auto_acceptance|review)_(warning|critical)\s*=\s*(\d(?:\.\d{1,15})?|\.\d{1,15})\s*$/i;

/** Thresholds of single products. Prints as it is written. */
export class ProductThresholds {
  readonly bounds: readonly ProductBound[];

  constructor(bounds: readonly ProductBound[]) {
    this.bounds = bounds;
  }

  toString(): string {
    const products = Map.groupBy(this.bounds, ({ product }) => product);
    return [...products]
      .map(([product, bounds]) => {
        const own = bounds.map(({ rate, band, share }) => `${rate.replace(/_rate$/, '')}_${band}=${share}`);
        return `${product}:${own.join(',')}`;
      })
      .join(';');
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Reads `598:rejection_warning=0.3,review_critical=0.5;599:…`; null for anything else, and where a bound is said twice. */
export function parseProductThresholds(text: string): ProductThresholds | null {
  const bounds: ProductBound[] = [];
  const known = new Set<string>();
  for (const part of text.split(';').filter((each) => each.trim() !== '')) {
    const [, id = '', list = ''] = PRODUCT.exec(part) ?? [];
    for (const each of list.split(',')) {
      const [, word = '', band = '', share = ''] = BOUND.exec(each) ?? [];
      const rate = RATES[word.toLowerCase()];
      const key = `${Number(id)} ${rate} ${band.toLowerCase()}`;
      if (rate === undefined || Number(share) > 1 || Number(id) < 1 || known.has(key)) return null;
      known.add(key);
      bounds.push({
        product: Number(id),
        rate,
        band: band.toLowerCase() === 'warning' ? 'warning' : 'critical',
        share: Number(share),
      });
    }
  }
  return bounds.length === 0 ? null : new ProductThresholds(bounds);
}
