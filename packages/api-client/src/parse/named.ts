import type { Attachment, Keyed, Named, TestEnvironment } from '@testio-mcp/domain';
import { countOf, idOf, type Json, objectOf, requiredId, textOf } from './members.ts';

/** Something with id and name, either of which may be missing; null when it is no object. */
export function namedOf(value: unknown): Named | null {
  const object = objectOf(value);
  return object === null ? null : { id: idOf(object.id), name: textOf(object.name) };
}

/** Like namedOf, with the API's key. */
export function keyedOf(value: unknown): Keyed | null {
  const object = objectOf(value);
  return object === null ? null : keyed(object);
}

/** An element of a list such as browsers. */
export function keyed(object: Json): Keyed {
  return { id: idOf(object.id), name: textOf(object.name), key: textOf(object.key) };
}

/** A file's metadata. Attachments of bugs may show no more than id and address (customer-api 7.7). */
export function attachment(object: Json, where: string): Attachment {
  return {
    id: requiredId(object.id, `${where}.id`),
    url: textOf(object.url),
    contentType: textOf(object.content_type),
    filename: textOf(object.original_filename) ?? textOf(object.filename),
    size: countOf(object.file_size),
  };
}

/** Id and title of a test environment; the rest may be credentials and is not even looked at (customer-api 7.5). */
export function testEnvironment(object: Json, where: string): TestEnvironment {
  return { id: requiredId(object.id, `${where}.id`), title: textOf(object.title) };
}

/** The environment inside a test, which may be null, missing or no object (customer-api 7.5); null without an id. */
export function environmentOf(value: unknown): TestEnvironment | null {
  const object = objectOf(value);
  const id = idOf(object?.id);
  return object === null || id === null ? null : { id, title: textOf(object.title) };
}
