import type { ProductRecord, SectionRecord } from '../account/records.ts';
import type { WireProduct, WireSection } from '../wire.ts';

/** A product as the API shows it (customer-api 7.1). */
export function presentProduct(product: ProductRecord): WireProduct {
  const sections = product.sections.map((section) => presentSection(product, section));
  const hidden = product.hiddenSections.map((section) => presentSection(product, section));
  return {
    id: product.id,
    name: product.name,
    description: product.description,
    type: product.type,
    default_section_id: product.defaultSectionId,
    sections: sections.length === 0 && product.sectionsAreNull ? null : sections,
    sections_with_default: [presentSection(product, defaultSection(product)), ...sections, ...hidden],
    connection: product.connection,
    remote_device_testing: product.remoteDeviceTesting,
  };
}

/** A section as the API shows it (customer-api 7.2). */
export function presentSection(product: ProductRecord, section: SectionRecord): WireSection {
  const count = product.templates.filter((template) => template.sectionId === section.id).length;
  return { id: section.id, name: section.name, connection: null, test_templates: { total: 10, count } };
}

/** The hidden section that every product has. */
function defaultSection(product: ProductRecord): SectionRecord {
  return { id: product.defaultSectionId, name: 'default-section' };
}

/** All sections of a product, the default one first. */
export function allSections(product: ProductRecord): SectionRecord[] {
  return [defaultSection(product), ...product.sections, ...product.hiddenSections];
}

/** Whether features and stories must be asked for section by section (customer-api 5.1). */
export function hasSections(product: ProductRecord): boolean {
  return product.sections.length + product.hiddenSections.length > 0;
}
