import { setImmediate } from 'node:timers/promises';
import { abortable } from './abort.ts';
import type { CallOptions } from './client.ts';
import { Connections } from './dispatcher.ts';
import { type Asked, apiError, clientClosed, type Failure, invalidCall } from './errors.ts';
import { type Answered, HttpSender, type Outcome, readAnswer, type WireRequest } from './http.ts';
import { Limiter } from './limiter.ts';
import type { Settings } from './options.ts';
import { backoffMs, LONGEST_WAIT_MS, RateGate, type RetryBudget } from './retry.ts';

/** One call in words and on the wire. */
export interface Call extends WireRequest {
  /** In words, such as "page 3 of the tests of product 30417". */
  readonly what: string;
}

/** What one view of the client counts. */
export interface Account {
  readonly budget: RetryBudget;
  requests: number;
}

/** Makes calls: queue, attempts, pauses and limits. Shared by all views of a client. */
export class Caller {
  readonly #settings: Settings;
  readonly #connections: Connections;
  readonly #sender: HttpSender;
  readonly #limiter: Limiter;
  readonly #gate: RateGate;
  /** Ends everything that waits when the client closes. */
  readonly #closing = new AbortController();
  #requests = 0;
  #closed: Promise<void> | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#connections = new Connections(settings);
    this.#sender = new HttpSender(this.#connections, settings);
    this.#limiter = new Limiter(settings.maxConcurrent);
    this.#gate = new RateGate(settings.sleep);
  }

  /** Requests of all accounts. */
  get requests(): number {
    return this.#requests;
  }

  /** How a call is named in errors. */
  asked(call: Call): Asked {
    return { what: call.what, host: this.#settings.base.host, timeoutMs: this.#settings.timeoutMs };
  }

  /** Sends the call, again where that may help, and returns the answer's JSON object. Throws TestioError only. */
  async call(call: Call, options: CallOptions, account: Account): Promise<Answered> {
    const attempts = options.attempts ?? this.#settings.maxAttempts;
    if (!Number.isInteger(attempts) || attempts < 1) {
      throw invalidCall(
        'attempts',
        `${attempts} attempts are not a whole number from 1.`,
        'Ask for at least one attempt.',
      );
    }
    if (this.#closing.signal.aborted) throw clientClosed(call.what);
    const ended =
      options.signal === undefined ? this.#closing.signal : AbortSignal.any([options.signal, this.#closing.signal]);
    account.budget.earn();
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(call, attempt, { ...options, ended }, account);
      if (outcome.failure === null) return outcome;
      const pauseMs = this.#pauseAfter(outcome.failure, attempt);
      if (pauseMs === null || attempt >= attempts) throw apiError(this.asked(call), outcome.failure, attempt);
      if (!account.budget.take()) throw apiError(this.asked(call), outcome.failure, attempt, true);
      if (outcome.failure.code === 'api_rate_limited') this.#gate.hold(pauseMs, this.#closing.signal);
      else await abortable(this.#settings.sleep(pauseMs, ended), ended);
    }
  }

  /** See ApiClient.close. */
  close(): Promise<void> {
    this.#closing.abort();
    this.#closed ??= this.#connections.close();
    return this.#closed;
  }

  /** Pause before the next attempt in milliseconds; null when there should be none. */
  #pauseAfter(failure: Failure, attempt: number): number | null {
    if (!failure.again) return null;
    const asked = failure.waitMs ?? 0;
    if (asked > LONGEST_WAIT_MS) return null;
    const jittered = backoffMs(attempt, this.#settings.random);
    return failure.code === 'api_rate_limited' ? asked : Math.max(asked, jittered);
  }

  async #attempt(
    call: Call,
    attempt: number,
    { signal, ended, isPatient }: CallOptions & { readonly ended: AbortSignal },
    account: Account,
  ): Promise<Outcome> {
    let start: number | undefined;
    try {
      const received = await this.#limiter.run(
        async () => {
          await this.#gate.pass(ended);
          this.#requests += 1;
          account.requests += 1;
          start = performance.now();
          return this.#sender.send(call, signal);
        },
        ended,
        isPatient,
      );
      // The next request goes out before this answer is worked on: what waits for the host is dearer than what waits for us.
      await setImmediate();
      const outcome = 'bytes' in received ? readAnswer(received) : received;
      this.#tell(call, attempt, outcome.status, start ?? 0, outcome.failure?.code);
      return outcome;
    } catch (error) {
      if (start !== undefined) this.#tell(call, attempt, null, start, 'cancelled');
      throw error;
    }
  }

  #tell(call: Call, attempt: number, status: number | null, start: number, code: string | undefined): void {
    const { onRequest } = this.#settings;
    if (onRequest === undefined) return;
    const ms = performance.now() - start;
    try {
      onRequest({
        method: call.method,
        path: call.path,
        status,
        ms,
        attempt,
        ...(code === undefined ? {} : { error: code }),
      });
    } catch {
      // A fault of whoever listens must not change what the call answers.
    }
  }
}
