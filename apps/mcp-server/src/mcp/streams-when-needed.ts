import type { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { Transport, TransportSendOptions } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  JSONRPCRequestSchema,
  type MessageExtraInfo,
  type RequestId,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/sdk/types.js';
import type { EventLog } from './event-log.ts';
import { textOf } from './message-text.ts';

/** What is answered within this time, and says nothing before its answer, needs no stream. */
const AT_ONCE_MS = 100;
/** Clients of this version and later are given a first event without data, from which they can ask for the rest. */
const RESUMING_SINCE = '2025-11-25';

/** A call without a stream so far, or with one that is or was opened for it. */
interface Call {
  readonly request: Request;
  readonly body: unknown;
  readonly canResume: boolean;
  readonly respond: (response: Response | Promise<Response>) => void;
  readonly timer: NodeJS.Timeout;
  stream?: Promise<Response>;
}

/**
 * The SDK's transport of a session, with the events of most calls sent in one piece. The SDK opens a stream for every call, which costs
 * more than the rest of a short answer; here it is asked to only when a call takes its time, tells its progress or asks
 * something back. What a client receives is the same, byte for byte, and so is what it can ask for again.
 */
export class StreamsWhenNeeded implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: (<T extends JSONRPCMessage>(message: T, extra?: MessageExtraInfo) => void) | undefined;
  readonly #http: WebStandardStreamableHTTPServerTransport;
  readonly #log: EventLog;
  readonly #calls = new Map<RequestId, Call>();
  /** Requests that the SDK is given to open a stream for; they have been passed on already. */
  readonly #passedOn = new Set<RequestId>();
  #streams = 0;
  #isClosed = false;

  constructor(http: WebStandardStreamableHTTPServerTransport, log: EventLog) {
    this.#http = http;
    this.#log = log;
  }

  get sessionId(): string | undefined {
    return this.#http.sessionId;
  }

  async start(): Promise<void> {
    this.#http.onerror = (error) => this.onerror?.(error);
    this.#http.onmessage = (message, extra) => {
      if ('method' in message && 'id' in message && this.#passedOn.delete(message.id)) return;
      this.onmessage?.(message, extra);
    };
    this.#http.onclose = () => {
      this.#isClosed = true;
      this.onclose?.();
    };
    await this.#http.start();
  }

  /**
   * Answers one HTTP request.
   *
   * @param body what its body says; undefined where the SDK shall read and judge it
   */
  handle(request: Request, body: unknown): Promise<Response> {
    const message = this.#plainCall(request, body);
    if (message === undefined) return this.#http.handleRequest(request, { parsedBody: body });
    const { id } = message;
    const version = request.headers.get('mcp-protocol-version');
    const canResume = version !== null && version >= RESUMING_SINCE;
    return new Promise((respond) => {
      const timer = setTimeout(() => this.#openStream(id, call), AT_ONCE_MS);
      const call: Call = { request, body, canResume, respond, timer };
      this.#calls.set(id, call);
      const closeSSEStream = () => {
        this.#openStream(id, call)
          .then(() => this.#http.closeSSEStream(id))
          .catch(() => undefined);
      };
      this.onmessage?.(message, canResume ? { closeSSEStream } : {});
    });
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const isAnswer = !('method' in message);
    const id = isAnswer ? message.id : options?.relatedRequestId;
    const call = id === undefined ? undefined : this.#calls.get(id);
    if (id !== undefined && call !== undefined) {
      if (isAnswer) {
        clearTimeout(call.timer);
        this.#calls.delete(id);
        if (call.stream === undefined) return call.respond(this.#inOnePiece(message, call));
      }
      await this.#openStream(id, call);
    }
    await this.#http.send(message, id === undefined ? {} : { relatedRequestId: id });
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  /** The one request in a body, if nothing speaks against answering it. All else is for the SDK to judge, a session that has ended, too. */
  #plainCall({ headers }: Request, body: unknown): JSONRPCRequest | undefined {
    const { sessionId } = this.#http;
    if (this.#isClosed || sessionId === undefined || headers.get('mcp-session-id') !== sessionId) return undefined;
    const version = headers.get('mcp-protocol-version');
    if (version !== null && !SUPPORTED_PROTOCOL_VERSIONS.includes(version)) return undefined;
    const accepted = headers.get('accept') ?? '';
    if (!accepted.includes('application/json') || !accepted.includes('text/event-stream')) return undefined;
    if (!/^application\/json *(?:;|$)/i.test(headers.get('content-type') ?? '')) return undefined;
    const { data: message } = JSONRPCRequestSchema.safeParse(body);
    if (message === undefined || message.method === 'initialize' || this.#calls.has(message.id)) return undefined;
    return message;
  }

  /** Lets the SDK open a stream for a call that is running, unless it has one. */
  #openStream(id: RequestId, call: Call): Promise<Response> {
    if (call.stream === undefined) {
      clearTimeout(call.timer);
      this.#passedOn.add(id);
      call.stream = this.#http.handleRequest(call.request, { parsedBody: call.body });
      call.respond(call.stream);
    }
    return call.stream;
  }

  /** All that a stream would carry of a call that only has an answer. */
  #inOnePiece(message: JSONRPCMessage, { canResume }: Call): Response {
    this.#streams += 1;
    const stream = `one-piece-${this.#streams}`;
    const first = canResume ? `id: ${this.#log.add(stream, '{}')}\ndata: \n\n` : '';
    const text = textOf(message);
    const body = `${first}event: message\nid: ${this.#log.add(stream, text)}\ndata: ${text}\n\n`;
    return new Response(body, {
      headers: {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-cache, no-transform',
        Connection: 'keep-alive',
        'X-Accel-Buffering': 'no',
        'mcp-session-id': this.#http.sessionId ?? '',
      },
    });
  }
}
