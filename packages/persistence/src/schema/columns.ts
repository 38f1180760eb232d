import { p } from '@mikro-orm/core';
import type { Flag } from './words.ts';

// Long texts stand last in a table: SQLite reads a row from its start, and what comes after a long value costs more pages.
//
// Foreign keys get an index from MikroORM by themselves. `.index(false)` stands where the column already leads the primary
// key or another index.
//
// Kysely hands columns through as SQLite stores them, so the column types say what is really there: booleans are 0 or 1,
// instants are UTC epoch milliseconds, JSON is text.

/** An id given by the API. */
export const apiId = () => p.integer().primary().autoincrement(false);
/** A count or another whole number. */
export const whole = () => p.integer();
/** UTC epoch milliseconds. */
export const instant = () => p.bigint('number');
/** A boolean as 0 or 1. */
export const flag = () => p.integer().$type<Flag>();
/** Text of any length. */
export const text = () => p.text();
/** A JSON document as text, for reads that parse it. */
export const jsonText = () => p.text();
/** JSON that no list ever selects. */
export const lazyJsonText = () => p.text().lazy();
