import type { EventStore } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** Messages of a session that a client may ask for again after its connection broke. */
const MOST_EVENTS = 256;
/** Together they may hold this many characters. */
const MOST_CHARACTERS = 4_000_000;

interface Event {
  readonly id: string;
  readonly streamId: string;
  readonly message: JSONRPCMessage;
  readonly size: number;
}

/** The newest messages of one session. Older ones are forgotten, so that a client that never reads costs no memory. */
export class EventLog implements EventStore {
  readonly #events: Event[] = [];
  #size = 0;
  #last = 0;

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    this.#last += 1;
    const event = { id: `${this.#last}`, streamId, message, size: JSON.stringify(message).length };
    this.#events.push(event);
    this.#size += event.size;
    while (this.#events.length > MOST_EVENTS || (this.#size > MOST_CHARACTERS && this.#events.length > 1)) {
      this.#size -= this.#events.shift()?.size ?? 0;
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
      if (event.streamId === last.streamId) await send(event.id, event.message);
    }
    return last.streamId;
  }
}
