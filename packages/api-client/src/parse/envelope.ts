import { Drift, idOf, type Json, listOf, objectOf } from './members.ts';

/** The elements of a list answer, which stands under the plural name of its resource (customer-api 3). */
export function listIn<T>(answer: Json, member: string, parse: (element: Json, where: string) => T): T[] {
  if (!Array.isArray(answer[member])) throw new Drift(`the list ${member} is missing in it`);
  return listOf(answer[member], member, parse);
}

/** The single object of an answer, which must be about the id that was asked for. */
export function singleIn<T>(answer: Json, member: string, id: number, parse: (element: Json, where: string) => T): T {
  const object = objectOf(answer[member]);
  if (object === null) throw new Drift(`the object ${member} is missing in it`);
  return about(object, id, member, parse);
}

/** An answer that is the object itself, as single user stories are; one in an envelope is taken too. */
export function bareOrSingleIn<T>(
  answer: Json,
  member: string,
  id: number,
  parse: (element: Json, where: string) => T,
): T {
  return about(objectOf(answer[member]) ?? answer, id, member, parse);
}

function about<T>(object: Json, id: number, member: string, parse: (element: Json, where: string) => T): T {
  const entity = parse(object, member);
  if (idOf(object.id) !== id)
    throw new Drift(`it is about another ${member.replaceAll('_', ' ')} than the one asked for`);
  return entity;
}
