import { randomUUID } from 'node:crypto';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { Runtime } from '@testio-mcp/runtime';
import { ResourceWatch } from '../resources/watch.ts';
import { DrainingTransport } from './draining-transport.ts';
import { type EventLog, EventLogs } from './event-log.ts';
import { createMcpServer } from './server.ts';
import { StreamsWhenNeeded } from './streams-when-needed.ts';

/** Sessions that are kept at once. The one unused for longest goes when another comes. */
const MOST_SESSIONS = 1_000;
/** How long a session is kept that nobody uses. */
const IDLE_MS = 30 * 60_000;
const SWEEP_MS = 60_000;
const SESSION_HEADER = 'mcp-session-id';

interface Session {
  readonly mcp: McpServer;
  readonly http: StreamsWhenNeeded;
  readonly calls: DrainingTransport;
  readonly log: EventLog;
  /** Answers and streams that are still open. */
  open: number;
  /** By a monotonic clock, in milliseconds. */
  usedAt: number;
}

/** Makes the server of one session. */
export type MakeMcpServer = (runtime: Runtime, watch: ResourceWatch) => McpServer;

export interface HttpSessionOptions {
  /** Each request is a world of its own: no sessions, no streams, nothing remembered. */
  readonly stateless: boolean;
  /** The shipped one when absent. */
  readonly makeMcpServer?: MakeMcpServer | undefined;
}

/** MCP over Streamable HTTP: one server and one transport for each session, all on one runtime. */
export class HttpSessions {
  readonly #runtime: Runtime;
  readonly #stateless: boolean;
  readonly #makeMcpServer: MakeMcpServer;
  readonly #sessions = new Map<string, Session>();
  readonly #passing = new Set<Session>();
  readonly #sweep: NodeJS.Timeout;
  readonly #watch: ResourceWatch;
  readonly #logs = new EventLogs();

  constructor(runtime: Runtime, { stateless, makeMcpServer = createMcpServer }: HttpSessionOptions) {
    this.#runtime = runtime;
    this.#stateless = stateless;
    this.#makeMcpServer = makeMcpServer;
    this.#watch = new ResourceWatch(runtime);
    this.#sweep = setInterval(() => this.#forgetIdle(), SWEEP_MS);
    this.#sweep.unref();
  }

  /** Sessions that are remembered. */
  get count(): number {
    return this.#sessions.size;
  }

  /**
   * Answers one HTTP request.
   *
   * @param whenClosed is given what is to be done once the answer has been sent, or its receiver has gone
   */
  async handle(request: Request, whenClosed: (then: () => void) => void): Promise<Response> {
    const id = request.headers.get(SESSION_HEADER);
    const known = id === null ? undefined : this.#sessions.get(id);
    if (id !== null && known === undefined && !this.#stateless) return sessionNotFound();
    const session = known ?? (await this.#begin());
    session.open += 1;
    session.usedAt = performance.now();
    whenClosed(() => {
      session.open -= 1;
      session.usedAt = performance.now();
      // A request that opened no session, because it was not allowed to or because there are none, leaves nothing behind.
      if (session.http.sessionId === undefined) void this.#end(session);
    });
    const [read, parsedBody] = await parsed(request);
    return session.http.handle(read, parsedBody);
  }

  /** Sends a sentence to the log of every client. */
  tell(level: 'info' | 'warning', sentence: string): void {
    for (const { mcp } of this.#sessions.values()) {
      mcp.server.sendLoggingMessage({ level, logger: 'sync', data: sentence }).catch(() => undefined);
    }
  }

  /** Resolves when every call that came in has its answer. */
  async drained(): Promise<void> {
    await Promise.all(this.#all().map(({ calls }) => calls.idle()));
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#watch.close();
    await Promise.all(this.#all().map((session) => this.#end(session)));
  }

  #all(): Session[] {
    return [...this.#sessions.values(), ...this.#passing];
  }

  async #begin(): Promise<Session> {
    const log = this.#logs.begin();
    const streams = new WebStandardStreamableHTTPServerTransport({
      ...(this.#stateless ? { enableJsonResponse: true } : { sessionIdGenerator: randomUUID, eventStore: log }),
      onsessioninitialized: (id) => {
        this.#makeRoom();
        this.#passing.delete(session);
        this.#sessions.set(id, session);
      },
      onsessionclosed: (id) => {
        this.#sessions.delete(id);
        log.close();
      },
    });
    const mcp = this.#makeMcpServer(this.#runtime, this.#watch);
    const http = new StreamsWhenNeeded(streams, log);
    const calls = new DrainingTransport(http);
    const session: Session = { mcp, http, calls, log, open: 0, usedAt: performance.now() };
    this.#passing.add(session);
    await mcp.connect(calls);
    return session;
  }

  async #end(session: Session): Promise<void> {
    this.#passing.delete(session);
    if (session.http.sessionId !== undefined) this.#sessions.delete(session.http.sessionId);
    await session.mcp.close();
    session.log.close();
  }

  #makeRoom(): void {
    if (this.#sessions.size < MOST_SESSIONS) return;
    const unused = [...this.#sessions.values()].sort(
      (a, b) => (a.open > 0 ? 1 : 0) - (b.open > 0 ? 1 : 0) || a.usedAt - b.usedAt,
    );
    const [oldest] = unused;
    if (oldest !== undefined) void this.#end(oldest);
  }

  #forgetIdle(): void {
    const since = performance.now() - IDLE_MS;
    for (const session of this.#sessions.values()) {
      if (session.open === 0 && session.usedAt < since) void this.#end(session);
    }
  }
}

/**
 * The request and what its body says. Read here in one go, because the SDK reads it through two more streams. What is no JSON is
 * left to the SDK to refuse.
 */
async function parsed(request: Request): Promise<[request: Request, body: unknown]> {
  if (request.method !== 'POST') return [request, undefined];
  const text = await request.text().catch(() => null);
  // Who sent it has gone in the middle of it.
  if (text === null) return [request, undefined];
  try {
    return [request, JSON.parse(text)];
  } catch {
    const { method, headers, signal } = request;
    return [new Request(request.url, { method, headers, signal, body: text }), undefined];
  }
}

/** As the protocol wants it, so that the client begins a new session. */
function sessionNotFound(): Response {
  const error = { code: -32001, message: 'This session is not known any more: initialize a new one.' };
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status: 404 });
}
