import type { ReadScope, Store } from '../src/store.ts';

/** How many people a store names, to ask it something that a write changes. */
export const people = ({ db }: Pick<ReadScope, 'db'>) =>
  db.selectFrom('people').select((eb) => eb.fn.countAll<number>().as('n'));

export const addPerson = (store: Store, id: number) =>
  store.write(({ db }) =>
    db
      .insertInto('people')
      .values({ id, kind: 'tester', name: `${id}`, first_seen_at: 1 })
      .execute(),
  );
