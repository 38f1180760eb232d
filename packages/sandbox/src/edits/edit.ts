import type { Account } from '../account/account.ts';
import { ControlError } from '../control/control-error.ts';
import { isObject, type JsonObject, listOfObjects, onlyMembers, optionalCount } from '../control/shape.ts';
import { addBug, changeBug, deleteBug } from './bugs.ts';
import { Changes } from './changes.ts';
import { addFeature, changeFeature, deleteFeature } from './features.ts';
import type { AddedIds } from './ids.ts';
import { addProduct, changeProduct, deleteProduct } from './products.ts';
import { addTest, changeTest, deleteTest } from './tests.ts';

export const EDIT_KINDS = ['product', 'feature', 'test', 'bug'] as const;
export type EditKind = (typeof EDIT_KINDS)[number];

/** A change of the account, as if somebody had worked with Test IO. */
export type SandboxEdit =
  | {
      readonly op: 'add' | 'change' | 'delete';
      readonly kind: EditKind;
      /** What to change or delete; on `add` the id to give, a free one when absent. */
      readonly id?: number;
      /** On `add`: the product of a feature or test, the test of a bug. */
      readonly parent?: number;
      /** Members in the API's names. */
      readonly set?: Readonly<Record<string, unknown>>;
    }
  | {
      /** Makes a test unreadable, or readable again. */
      readonly op: 'poison' | 'cure';
      readonly id: number;
    };

/** What one edit works with. */
export interface EditContext {
  readonly account: Account;
  readonly ids: AddedIds;
  readonly changes: Changes;
  /** The edit's place in the list, for messages. */
  readonly where: string;
}

/** Applies what an edit of one kind says and returns the id of the thing touched. */
export interface KindEditor {
  readonly add: (context: EditContext, id: number | undefined, parent: number | undefined, set: JsonObject) => number;
  readonly change: (context: EditContext, id: number, set: JsonObject) => void;
  readonly remove: (context: EditContext, id: number) => void;
}

const EDITORS: Readonly<Record<EditKind, KindEditor>> = {
  product: { add: addProduct, change: changeProduct, remove: deleteProduct },
  feature: { add: addFeature, change: changeFeature, remove: deleteFeature },
  test: { add: addTest, change: changeTest, remove: deleteTest },
  bug: { add: addBug, change: changeBug, remove: deleteBug },
};

/**
 * Applies edits in order, all of them or, when one is malformed, none.
 *
 * @returns the id each edit touched, in the order of the edits
 * @throws ControlError that says what is wrong
 */
export function applyEdits(account: Account, ids: AddedIds, input: unknown): number[] {
  const edits = listOfObjects(input, 'edits');
  const changes = new Changes();
  try {
    return edits.map((edit, i) => {
      const id = applyEdit({ account, ids, changes, where: `edits[${i}]` }, edit);
      account.touch();
      return id;
    });
  } catch (error) {
    changes.rollback();
    account.touch();
    throw error;
  }
}

function applyEdit(context: EditContext, edit: JsonObject): number {
  const { account, changes, where } = context;
  const { op, kind, set = {} } = edit;
  if (op === 'poison' || op === 'cure') {
    onlyMembers(edit, ['op', 'id'], where);
    const id = requiredId(edit, where);
    if (!account.tests.has(id)) throw new ControlError(`${where}: there is no test ${id}.`);
    if (op === 'poison') changes.include(account.poisoned, id);
    else changes.exclude(account.poisoned, id);
    return id;
  }
  if (op !== 'add' && op !== 'change' && op !== 'delete') {
    throw new ControlError(`${where}.op must be one of add, change, delete, poison, cure.`);
  }
  const known = EDIT_KINDS.find((candidate) => candidate === kind);
  if (known === undefined) throw new ControlError(`${where}.kind must be one of ${EDIT_KINDS.join(', ')}.`);
  if (!isObject(set)) throw new ControlError(`${where}.set must be an object.`);
  const editor = EDITORS[known];
  switch (op) {
    case 'add':
      onlyMembers(edit, ['op', 'kind', 'id', 'parent', 'set'], where);
      return editor.add(context, optionalCount(edit, 'id', where), optionalCount(edit, 'parent', where), set);
    case 'change': {
      onlyMembers(edit, ['op', 'kind', 'id', 'set'], where);
      const id = requiredId(edit, where);
      editor.change(context, id, set);
      return id;
    }
    case 'delete': {
      onlyMembers(edit, ['op', 'kind', 'id'], where);
      const id = requiredId(edit, where);
      editor.remove(context, id);
      return id;
    }
  }
}

function requiredId(edit: JsonObject, where: string): number {
  const id = optionalCount(edit, 'id', where);
  if (id === undefined) throw new ControlError(`${where}.id is missing.`);
  return id;
}
