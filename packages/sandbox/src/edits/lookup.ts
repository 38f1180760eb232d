import type { FeatureRecord, ProductRecord, TestRecord } from '../account/records.ts';
import { ControlError } from '../control/control-error.ts';
import type { EditContext } from './edit.ts';
import type { AddedKind } from './ids.ts';

/** @throws ControlError when there is no such product */
export function existingProduct({ account, where }: EditContext, id: number | undefined): ProductRecord {
  return existing(account.products, id, 'product', where);
}

/** @throws ControlError when there is no such feature */
export function existingFeature({ account, where }: EditContext, id: number): FeatureRecord {
  return existing(account.features, id, 'feature', where);
}

/** @throws ControlError when there is no such test */
export function existingTest({ account, where }: EditContext, id: number | undefined): TestRecord {
  return existing(account.tests, id, 'test', where);
}

function existing<T>(map: ReadonlyMap<number, T>, id: number | undefined, kind: string, where: string): T {
  if (id === undefined) throw new ControlError(`${where}.parent is missing: it names the ${kind}.`);
  const found = map.get(id);
  if (found === undefined) throw new ControlError(`${where}: there is no ${kind} ${id}.`);
  return found;
}

/** The id asked for when it is free, else a new one. @throws ControlError when it is taken */
export function freeId(
  { ids, where }: EditContext,
  kind: AddedKind,
  wanted: number | undefined,
  isTaken: (id: number) => boolean,
): number {
  if (wanted === undefined) return ids.next(kind, isTaken);
  if (isTaken(wanted)) throw new ControlError(`${where}: there is a ${kind} ${wanted} already.`);
  return wanted;
}
