import type { Connection, Product, Section } from '@testio-mcp/domain';
import { idOf, type Json, listOf, objectOf, requiredId, textOf } from './members.ts';

/** A product (customer-api 7.1). Its title is called `name` in answers. */
export function product(object: Json, where: string): Product {
  return {
    id: requiredId(object.id, `${where}.id`),
    title: textOf(object.name) ?? textOf(object.title),
    description: textOf(object.description),
    type: textOf(object.type),
    defaultSectionId: idOf(object.default_section_id),
    sections: listOf(object.sections, `${where}.sections`, section),
    sectionsWithDefault: listOf(object.sections_with_default, `${where}.sections_with_default`, section),
    connection: connectionOf(object.connection),
  };
}

/** Where bugs are exported to (customer-api 7.7). */
export function connection(object: Json, where: string): Connection {
  return {
    id: requiredId(object.id, `${where}.id`),
    name: textOf(object.name),
    url: textOf(object.url),
  };
}

function section(object: Json, where: string): Section {
  return { id: requiredId(object.id, `${where}.id`), title: textOf(object.name) ?? textOf(object.title) };
}

function connectionOf(value: unknown): Connection | null {
  const object = objectOf(value);
  const id = idOf(object?.id);
  return object === null || id === null ? null : { id, name: textOf(object.name), url: textOf(object.url) };
}
