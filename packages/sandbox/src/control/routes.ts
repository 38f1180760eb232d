import type { SandboxBound } from '../bound.ts';
import type { RequestLogEntry } from '../request-log.ts';
import type { SandboxState } from '../state.ts';
import { ControlError } from './control-error.ts';

/** What the control routes can do; the same as the methods of a `Sandbox`. */
export interface Control {
  readonly state: () => SandboxState;
  readonly bound: () => SandboxBound;
  readonly requests: () => readonly RequestLogEntry[];
  readonly clearRequests: () => void;
  readonly addFaults: (input: unknown) => void;
  readonly clearFaults: () => void;
  readonly edit: (input: unknown) => readonly number[];
}

export interface ControlAnswer {
  readonly status: number;
  readonly answer: object;
}

const DONE = { ok: true };

type ControlHandler = (control: Control, body: string) => object;

const ROUTES: Readonly<Record<string, Readonly<Record<string, ControlHandler>>>> = {
  requests: {
    GET: (control) => control.requests(),
    DELETE: (control) => {
      control.clearRequests();
      return DONE;
    },
  },
  state: { GET: (control) => control.state() },
  bound: { GET: (control) => control.bound() },
  faults: {
    POST: (control, body) => {
      control.addFaults(parse(body));
      return DONE;
    },
    DELETE: (control) => {
      control.clearFaults();
      return DONE;
    },
  },
  edits: { POST: (control, body) => ({ ids: control.edit(parse(body)) }) },
};

/** Answers a control request. `path` begins behind `/__sandbox/`. */
export function handleControl(control: Control, method: string, path: string, body: string): ControlAnswer {
  const methods = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (methods === undefined)
    return refusal(404, `There is no control route "${path}"; known are ${Object.keys(ROUTES).join(', ')}.`);
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (handler === undefined) return refusal(405, `"${path}" takes ${Object.keys(methods).join(' and ')} only.`);
  try {
    return { status: 200, answer: handler(control, body) };
  } catch (error) {
    if (error instanceof ControlError) return refusal(400, error.message);
    throw error;
  }
}

function refusal(status: number, error: string): ControlAnswer {
  return { status, answer: { error } };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ControlError('The body must be JSON.');
  }
}
