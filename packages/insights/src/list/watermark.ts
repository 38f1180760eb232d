import { type EpochMs, type PeriodSettings, parseInstant, parsePeriod } from '@testio-mcp/domain';
import { invalidInput } from '../input/errors.ts';

/** What came last before the changes that are asked for: a change number of this store, or an instant. */
export type ChangeBase = { readonly number: number } | { readonly at: EpochMs };

/** Where a walk through the changes goes on. */
export interface Watermark {
  /** What changes are told against. It stays the same from the first page of a walk to the last. */
  readonly base: ChangeBase;
  /** The first place that was not shown yet. */
  readonly number: number;
  readonly place: number;
}

/** What tells a store from another one, and how far it has come. */
export interface StoreMark {
  readonly createdAt: EpochMs;
  readonly changeNumber: number;
}

const FORM = /^w1\.([0-9a-z]+)\.(t?)(-?\d{1,16})\.(\d{1,15})\.(\d{1,16})$/;

/** Text for callers to hand back. Holds nothing but places. */
export function encodeWatermark({ base, number, place }: Watermark, { createdAt }: StoreMark): string {
  const told = 'at' in base ? `t${base.at}` : String(base.number);
  return ['w1', createdAt.toString(36), told, number, place].join('.');
}

/** The watermark after everything that a store holds. */
export function endOf({ changeNumber }: StoreMark): Watermark {
  return { base: { number: changeNumber }, number: changeNumber + 1, place: 0 };
}

/**
 * Reads since when changes are asked for: a watermark, an instant, or a period, of which the beginning counts.
 *
 * @throws TestioError `invalid_input` for a watermark of another store, `invalid_period`
 */
export function readSince(text: string, store: StoreMark, settings: PeriodSettings): Watermark {
  const given = text.trim();
  if (/^w\d+\./.test(given)) return readWatermark(given, store);
  const at = parseInstant(given.toUpperCase()) ?? parsePeriod(given, settings, 'since').from ?? 0;
  return { base: { at }, number: 0, place: 0 };
}

function readWatermark(text: string, store: StoreMark): Watermark {
  const [, of, isInstant, base, number, place] = FORM.exec(text) ?? [];
  const mark = {
    base: isInstant === 't' ? { at: Number(base) } : { number: Number(base) },
    number: Number(number),
    place: Number(place),
  };
  const isOurs = of === store.createdAt.toString(36) && mark.number <= store.changeNumber + 1;
  if (isOurs && Number.isSafeInteger(mark.place) && Number.isSafeInteger(Number(base))) return mark;
  throw invalidInput({
    field: 'since',
    received: text,
    problem:
      of === undefined ? 'is not a watermark' : 'is a watermark of another local copy, or of one that was made anew',
    accepted: ['the watermark of an earlier answer', 'a period such as last 7 days', 'an instant'],
    next: 'Call again with a period or an instant, such as last 7 days, and go on from the watermark of that answer.',
  });
}
