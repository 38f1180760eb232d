import type { EventStore } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** Messages of a session that a client may ask for again after its connection broke, and their characters. */
const MOST_EVENTS = 64;
const MOST_CHARACTERS = 1_000_000;
/** Characters of all sessions together. */
const MOST_OF_ALL = 32_000_000;

interface Event {
  readonly id: string;
  readonly streamId: string;
  /** The message as text, which takes a fraction of the memory of the message. */
  readonly text: string;
  readonly forget: () => void;
}

/** The logs of all sessions, which share a limit: the oldest message of any goes first. */
export class EventLogs {
  readonly #most: number;
  /** In the order in which they were added. */
  readonly #events = new Set<Event>();
  #size = 0;

  constructor(most: number = MOST_OF_ALL) {
    this.#most = most;
  }

  /** Begins the log of one session. */
  begin(): EventLog {
    return new EventLog(this);
  }

  add(event: Event): void {
    this.#events.add(event);
    this.#size += event.text.length;
    for (const oldest of this.#events) {
      if (this.#size <= this.#most) return;
      oldest.forget();
    }
  }

  remove(event: Event): void {
    if (this.#events.delete(event)) this.#size -= event.text.length;
  }
}

/** The newest messages of one session. Older ones are forgotten, so that a client that never reads costs no memory. */
export class EventLog implements EventStore {
  readonly #all: EventLogs;
  #events: Event[] = [];
  #size = 0;
  #last = 0;

  constructor(all: EventLogs) {
    this.#all = all;
  }

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    return this.add(streamId, JSON.stringify(message));
  }

  /**
   * Remembers the text of a message.
   *
   * @returns the id of the event
   */
  add(streamId: string, text: string): string {
    this.#last += 1;
    const event: Event = { id: `${this.#last}`, streamId, text, forget: () => this.#forget(event) };
    this.#events.push(event);
    this.#size += event.text.length;
    this.#all.add(event);
    while (this.#events.length > MOST_EVENTS || (this.#size > MOST_CHARACTERS && this.#events.length > 1)) {
      this.#events[0]?.forget();
    }
    return event.id;
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.#events.find((event) => event.id === id)?.streamId;
  }

  /** @throws Error for an event that is not known, or not any more: what came after it cannot be told in full */
  async replayEventsAfter(
    lastEventId: string,
    { send }: { send: (eventId: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const index = this.#events.findIndex((event) => event.id === lastEventId);
    const last = this.#events[index];
    if (last === undefined) throw new Error('This event is not known any more.');
    for (const event of this.#events.slice(index + 1)) {
      if (event.streamId === last.streamId) await send(event.id, JSON.parse(event.text) as JSONRPCMessage);
    }
    return last.streamId;
  }

  /** Forgets everything. */
  close(): void {
    for (const event of this.#events) this.#all.remove(event);
    this.#events = [];
    this.#size = 0;
  }

  #forget(event: Event): void {
    this.#all.remove(event);
    const index = this.#events.indexOf(event);
    if (index < 0) return;
    this.#events.splice(index, 1);
    this.#size -= event.text.length;
  }
}
