import type { ProductRecord, SectionRecord } from '../account/records.ts';
import { ControlError } from '../control/control-error.ts';
import type { JsonObject } from '../control/shape.ts';
import { walkedSectionIds } from '../generate/features.ts';
import { domainOf } from '../generate/products.ts';
import type { EditContext } from './edit.ts';
import { existingProduct, freeId } from './lookup.ts';
import { checkMembers, FLAG, type MemberType, OBJECTS, orNull, TEXT } from './members.ts';
import { dropTest } from './tests.ts';

const MEMBERS: Readonly<Record<string, MemberType>> = {
  name: TEXT,
  description: orNull(TEXT),
  type: TEXT,
  sections: OBJECTS,
  remote_device_testing: FLAG,
};

/** Adds a product; without `sections` it has none. */
export function addProduct(
  context: EditContext,
  wanted: number | undefined,
  parent: number | undefined,
  set: JsonObject,
): number {
  const { account, changes, ids, where } = context;
  if (parent !== undefined) throw new ControlError(`${where}.parent: a product has none.`);
  const id = freeId(context, 'product', wanted, (candidate) => account.products.has(candidate));
  const blank: ProductRecord = {
    id,
    name: 'New product',
    description: null,
    type: 'website',
    domain: domainOf(id),
    defaultSectionId: ids.next('section'),
    sections: [],
    hiddenSections: [],
    sectionsAreNull: false,
    connection: null,
    remoteDeviceTesting: false,
    environments: [],
    templates: [],
  };
  const product = withMembers(context, blank, set);
  changes.put(account.products, id, product);
  changes.put(account.productSeeds, id, product);
  return id;
}

/** Changes a product. Where sections go, what lay in them moves to the first section that is left. */
export function changeProduct(context: EditContext, id: number, set: JsonObject): void {
  const { account, changes } = context;
  const product = withMembers(context, existingProduct(context, id), set);
  changes.put(account.products, id, product);
  if (!('sections' in set)) return;
  const walked = walkedSectionIds(product);
  const [home = product.defaultSectionId] = walked;
  for (const feature of account.featuresOf(id)) {
    const kept = feature.sectionIds.filter((section) => walked.includes(section));
    changes.put(account.features, feature.id, { ...feature, sectionIds: kept.length > 0 ? kept : [home] });
  }
  for (const test of account.testsOf(id)) {
    if (!walked.includes(test.sectionId)) changes.put(account.tests, test.id, { ...test, sectionId: home });
  }
}

/** Deletes a product with its features, tests and bugs. */
export function deleteProduct(context: EditContext, id: number): void {
  const { account, changes } = context;
  existingProduct(context, id);
  for (const feature of account.featuresOf(id)) changes.drop(account.features, feature.id);
  for (const test of account.testsOf(id)) dropTest(context, test.id);
  changes.drop(account.products, id);
}

function withMembers(context: EditContext, product: ProductRecord, set: JsonObject): ProductRecord {
  checkMembers(set, MEMBERS, context.where);
  const { name = product.name, type = product.type, description = product.description, sections } = set;
  const { remote_device_testing: remote = product.remoteDeviceTesting } = set;
  return {
    ...product,
    name: String(name),
    type: String(type),
    description: description === null ? null : String(description),
    remoteDeviceTesting: remote === true,
    ...(Array.isArray(sections)
      ? { sections: sections.map((s) => sectionOf(context, product, s)), hiddenSections: [] }
      : {}),
  };
}

function sectionOf({ ids, where }: EditContext, product: ProductRecord, section: JsonObject): SectionRecord {
  const { id, name } = section;
  if (typeof name !== 'string') throw new ControlError(`${where}.set.sections: every section needs a name.`);
  if (id === undefined) return { id: ids.next('section'), name };
  const known = [...product.sections, ...product.hiddenSections].some((candidate) => candidate.id === id);
  if (!known)
    throw new ControlError(`${where}.set.sections: the product has no section ${String(id)}; new ones get their id.`);
  return { id: Number(id), name };
}
