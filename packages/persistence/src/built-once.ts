import type { CompiledQuery } from 'kysely';
import type { Query } from './remembered.ts';
import type { ReadScope } from './store.ts';

/** What a statement can be given each time it runs. */
type Value = number | string | null;

type Db = ReadScope['db'];

/**
 * A query that is built and turned into SQL when it runs for the first time; from then on only its values change. For queries that
 * take less time to run than to build.
 *
 * @param build gets something in place of each value and hands it on as a value of the query, and as nothing else
 */
export function builtOnce<Row, Given extends readonly Value[]>(
  build: (db: Db, ...given: Given) => Query<Row>,
): (db: Db, ...given: Given) => Promise<Row[]> {
  let query: CompiledQuery | undefined;
  return async (db, ...given) => {
    query ??= builtWithPlaces(build, db, given.length);
    const parameters = query.parameters.map((one) => (one instanceof Place ? given[one.index] : one));
    const { rows } = await db.executeQuery<Row>({ ...query, parameters });
    return rows;
  };
}

function builtWithPlaces<Row, Given extends readonly Value[]>(
  build: (db: Db, ...given: Given) => Query<Row>,
  db: Db,
  values: number,
): CompiledQuery {
  const places = Array.from({ length: values }, (_, index) => new Place(index));
  const query = build(db, ...(places as unknown as Given)).compile();
  const lost = places.find((place) => !query.parameters.includes(place));
  if (lost !== undefined) throw new Error(`Value ${lost.index + 1} of a query is not bound in it: ${query.sql}`);
  return query;
}

/** Stands for a value while a query is built. It cannot be computed with: what comes out would be built in for good. */
class Place {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }

  toJSON(): never {
    throw new Error('A value of a query that is built once was made into text.');
  }

  [Symbol.toPrimitive](): never {
    throw new Error('A value of a query that is built once was computed with.');
  }
}
