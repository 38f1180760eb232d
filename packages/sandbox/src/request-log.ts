/** One request to the API, in the order in which they ended. Control requests are not logged. */
export interface RequestLogEntry {
  readonly method: string;
  /** As it came, with the base path. */
  readonly path: string;
  /** As it came, without the question mark; empty when there is none. */
  readonly query: string;
  /** 0 when no answer was given: the connection was reset, never answered, or left by the client. */
  readonly status: number;
  /** From the arrival of the request to the end of the answer, latency included. */
  readonly ms: number;
  /** How many requests to the API were open when this one arrived, this one included. */
  readonly in_flight: number;
}

/** What was asked, for tests that count requests. */
export class RequestLog {
  #entries: RequestLogEntry[] = [];

  add(entry: RequestLogEntry): void {
    this.#entries.push(entry);
  }

  entries(): readonly RequestLogEntry[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries = [];
  }
}
