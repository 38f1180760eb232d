import { ControlError } from './control/control-error.ts';
import { isObject, listOfObjects, onlyMembers, optionalCount, optionalText } from './control/shape.ts';

/** A fault to be played to requests that match. */
export interface FaultRule {
  readonly match?: {
    /** Without regard to case. */
    readonly method?: string;
    /** Part of the path, without the query. */
    readonly path?: string;
    /** Only the nth request, from 1, that matches method and path since the rule was added. */
    readonly nth?: number;
  };
  /**
   * `status:NNN` (400 to 599), `429:seconds` and `429:date` (a `Retry-After` of one second in that spelling), `429:N` (of N
   * seconds), `reset`, `timeout` (never answers), `truncate` (JSON cut in the middle), `garbage` (HTML with status 200),
   * `slow:MS` (a right answer, late), `drift` (valid JSON of another shape).
   */
  readonly fault: string;
  /** How often it is played; until it is cleared when absent. */
  readonly times?: number;
}

export type Fault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'limit'; readonly seconds: number; readonly asDate: boolean }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'reset' | 'timeout' | 'truncate' | 'garbage' | 'drift' };

const PLAIN = ['reset', 'timeout', 'truncate', 'garbage', 'drift'] as const;
const MAX_SLOW_MS = 600_000;

interface ActiveRule {
  readonly rule: FaultRule;
  readonly fault: Fault;
  seen: number;
  played: number;
}

/** Reads a fault as the control routes spell it. @throws ControlError for an unknown one */
function parseFault(text: string): Fault {
  const plain = PLAIN.find((kind) => kind === text);
  if (plain !== undefined) return { kind: plain };
  if (text === '429:seconds') return { kind: 'limit', seconds: 1, asDate: false };
  if (text === '429:date') return { kind: 'limit', seconds: 1, asDate: true };
  const [, name, digits] = /^(status|429|slow):(\d{1,6})$/.exec(text) ?? [];
  const value = Number(digits);
  if (name === '429') return { kind: 'limit', seconds: value, asDate: false };
  if (name === 'status' && value >= 400 && value <= 599) return { kind: 'status', status: value };
  if (name === 'slow' && value <= MAX_SLOW_MS) return { kind: 'slow', ms: value };
  throw new ControlError(
    `"${text}" is no fault; known are status:400 to status:599, 429:seconds, 429:date, 429:N, slow:MS, ${PLAIN.join(', ')}.`,
  );
}

/** Reads a list of rules. @throws ControlError that says what is wrong with it */
function parseFaultRules(input: unknown): FaultRule[] {
  return listOfObjects(input, 'faults').map((item, i) => {
    const where = `faults[${i}]`;
    onlyMembers(item, ['match', 'fault', 'times'], where);
    const { match = {}, fault } = item;
    if (!isObject(match)) throw new ControlError(`${where}.match must be an object.`);
    onlyMembers(match, ['method', 'path', 'nth'], `${where}.match`);
    if (typeof fault !== 'string') throw new ControlError(`${where}.fault must be a text.`);
    parseFault(fault);
    const method = optionalText(match, 'method', `${where}.match`);
    const path = optionalText(match, 'path', `${where}.match`);
    const nth = optionalCount(match, 'nth', `${where}.match`);
    const times = optionalCount(item, 'times', where);
    return {
      match: {
        ...(method === undefined ? {} : { method }),
        ...(path === undefined ? {} : { path }),
        ...(nth === undefined ? {} : { nth }),
      },
      fault,
      ...(times === undefined ? {} : { times }),
    };
  });
}

/** The faults in force. Of several that match a request the one added first is played; all of them count the request. */
export class Faults {
  #rules: ActiveRule[] = [];

  /** @throws ControlError for a malformed rule; then none is added */
  add(input: unknown): void {
    const rules = parseFaultRules(input);
    this.#rules.push(...rules.map((rule) => ({ rule, fault: parseFault(rule.fault), seen: 0, played: 0 })));
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault for a request, or null. Counts the request. */
  next(method: string, path: string): Fault | null {
    let chosen: Fault | null = null;
    for (const active of this.#rules) {
      const { match = {}, times } = active.rule;
      if (match.method !== undefined && match.method.toUpperCase() !== method) continue;
      if (match.path !== undefined && !path.includes(match.path)) continue;
      active.seen += 1;
      if (chosen !== null || (match.nth !== undefined && match.nth !== active.seen)) continue;
      if (times !== undefined && active.played >= times) continue;
      active.played += 1;
      chosen = active.fault;
    }
    return chosen;
  }
}
