import type { Dispatcher } from 'undici';
import type { Settings } from './options.ts';

/** Connections kept to the API at least; the requests on the wire may ask for more. */
const POOLED_CONNECTIONS = 20;

/** How long an idle connection is kept where the server does not say: a new one costs up to 0.2 s (customer-api 10.5). */
const KEEP_ALIVE_MS = 30_000;

/** undici's connection pool, loaded when the first request needs it: importing it takes a tenth of a second. */
export class Connections {
  readonly #settings: Settings;
  readonly #proxyErrors = new WeakSet<object>();
  #opening: Promise<Dispatcher> | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The pool, opened at the first call. */
  open(): Promise<Dispatcher> {
    this.#opening ??= this.#create();
    return this.#opening;
  }

  /** Whether the error arose while connecting to a proxy, not to the API. */
  isProxyError(error: unknown): boolean {
    for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
      if (this.#proxyErrors.has(at)) return true;
      at = 'cause' in at ? at.cause : null;
    }
    return false;
  }

  /** Waits for the requests on the wire, then ends all connections. */
  async close(): Promise<void> {
    const opening = this.#opening;
    if (opening !== null) await (await opening).close();
  }

  async #create(): Promise<Dispatcher> {
    const { EnvHttpProxyAgent, Pool } = await import('undici');
    const { base, maxConcurrent, proxy } = this.#settings;
    const poolOf = (origin: string | URL, options: object): Dispatcher => {
      const direct = new URL(origin).origin === base.origin;
      return new Pool(origin, direct ? options : this.#markingConnectErrors(options));
    };
    return new EnvHttpProxyAgent({
      ...proxy,
      connections: Math.max(POOLED_CONNECTIONS, maxConcurrent),
      keepAliveTimeout: KEEP_ALIVE_MS,
      // One request a connection, as the clients whose behaviour against the API is known.
      allowH2: false,
      pipelining: 1,
      // Every attempt has a time limit of its own, which covers these.
      headersTimeout: 0,
      bodyTimeout: 0,
      factory: poolOf,
      clientFactory: poolOf,
    });
  }

  /** Pools to a proxy come with a connect function; the same error code means the proxy there and the API elsewhere. */
  #markingConnectErrors(options: object): object {
    const connect = 'connect' in options ? options.connect : undefined;
    if (typeof connect !== 'function') return options;
    const marking = (target: unknown, done: (error: Error | null, socket: unknown) => void): unknown =>
      connect(target, (error: Error | null, socket: unknown) => {
        if (error !== null) this.#proxyErrors.add(error);
        done(error, socket);
      });
    return { ...options, connect: marking };
  }
}
