/** A section of a product. The hidden default section is called `default-section`. */
export interface Section {
  readonly id: number;
  readonly title: string | null;
}

/** Where a product's bugs are exported to. */
export interface Connection {
  readonly id: number;
  readonly name: string | null;
  readonly url: string | null;
}

/** A product of the customer (customer-api 7.1). */
export interface Product {
  readonly id: number;
  readonly title: string | null;
  readonly description: string | null;
  /** One of PRODUCT_TYPES or a value not known yet; null when the API gives none. */
  readonly type: string | null;
  readonly defaultSectionId: number | null;
  /** The real sections; empty for a product without sections. */
  readonly sections: readonly Section[];
  /** The sections including the hidden default one. */
  readonly sectionsWithDefault: readonly Section[];
  readonly connection: Connection | null;
}

/** Whether features and user stories must be asked for section by section (customer-api 5.1). */
export function hasSections(product: Pick<Product, 'sections' | 'sectionsWithDefault'>): boolean {
  return product.sections.length > 0 || product.sectionsWithDefault.length > 1;
}

/** The sections to walk for features and user stories: the real ones, else those including the default one. */
export function sectionsToWalk(product: Pick<Product, 'sections' | 'sectionsWithDefault'>): readonly Section[] {
  return product.sections.length > 0 ? product.sections : product.sectionsWithDefault;
}
