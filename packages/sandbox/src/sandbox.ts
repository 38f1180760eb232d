import type { AddressInfo } from 'node:net';
import { boundOf, type SandboxBound } from './bound.ts';
import type { Control } from './control/routes.ts';
import { applyEdits, type SandboxEdit } from './edits/edit.ts';
import { AddedIds } from './edits/ids.ts';
import { type FaultRule, Faults } from './faults.ts';
import { generateAccount } from './generate/account.ts';
import { secretsOf } from './generate/environments.ts';
import { type SandboxOptions, settingsOf } from './options.ts';
import { RequestLog, type RequestLogEntry } from './request-log.ts';
import { BASE_PATH, createSandboxServer } from './server.ts';
import { type SandboxState, stateOf } from './state.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import { utcIso } from './time.ts';

/** A running sandbox. */
export interface Sandbox {
  /** The base of the API, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** The instant up to which the account has a history; ISO 8601, UTC. */
  readonly now: string;
  /** What a complete reader of the API ends up with. */
  state(): SandboxState;
  /** The least number of requests. */
  bound(): SandboxBound;
  /** Requests to the API so far, in the order in which they ended. */
  requests(): readonly RequestLogEntry[];
  clearRequests(): void;
  /** @throws ControlError for a malformed rule; then none is added */
  addFaults(faults: readonly FaultRule[]): void;
  clearFaults(): void;
  /**
   * Changes the account, as if somebody had worked with Test IO.
   *
   * @returns the id each edit touched, in the order of the edits
   * @throws ControlError for a malformed edit; then none is applied
   */
  edit(edits: readonly SandboxEdit[]): readonly number[];
  /** User names, passwords and access notes of all test environments: none of them may be found anywhere. */
  readonly secrets: readonly string[];
  /** Ends the server and every open connection. */
  close(): Promise<void>;
}

/**
 * Starts a Customer API with seeded data on 127.0.0.1.
 *
 * @throws OptionError for an option that cannot be used; the system's error when the port is taken
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settingsOf(options);
  const account = generateAccount(settings.size, settings.seed, settings.now);
  const faults = new Faults();
  const log = new RequestLog();
  const addedIds = new AddedIds();
  const control: Control = {
    state: () => stateOf(account),
    bound: () => boundOf(account),
    requests: () => log.entries(),
    clearRequests: () => log.clear(),
    addFaults: (input) => faults.add(input),
    clearFaults: () => faults.clear(),
    edit: (input) => applyEdits(account, addedIds, input),
  };
  const server = createSandboxServer({
    account,
    token: settings.token,
    latencyMs: settings.latencyMs,
    switches: { ...DEFAULT_SWITCHES, ...options.switches },
    faults,
    log,
    control,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${BASE_PATH}`,
    token: settings.token,
    now: utcIso(settings.now).replace('.000Z', 'Z'),
    ...control,
    get secrets() {
      return [...account.productSeeds.values()].flatMap((product) => product.environments.flatMap(secretsOf));
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
