import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

const HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

/** How one call over HTTP came out. */
export interface HttpAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly ms: number;
}

/**
 * One client of a server over Streamable HTTP, no more than asking takes: one connection that is kept, one session. What comes
 * back is looked at, not parsed, because the client shares the processors with the server that is measured.
 */
export class HttpClient {
  readonly #address: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #session: string | undefined;
  #asked = 0;

  private constructor(address: string) {
    this.#address = new URL('/mcp', address);
  }

  /** Begins a session. */
  static async connect(address: string): Promise<HttpClient> {
    const client = new HttpClient(address);
    const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'benchmark', version: '1' } };
    await client.#send({ id: 0, method: 'initialize', params: hello });
    await client.#send({ method: 'notifications/initialized' });
    return client;
  }

  async ask(name: string, input: Readonly<Record<string, unknown>>): Promise<HttpAnswer> {
    this.#asked += 1;
    const began = performance.now();
    const body = await this.#send({ id: this.#asked, method: 'tools/call', params: { name, arguments: input } });
    const ms = performance.now() - began;
    return { isError: !body.includes('"result":') || body.includes('"isError":true'), text: body, ms };
  }

  end(): void {
    this.#agent.destroy();
  }

  #send(message: object): Promise<string> {
    const session = this.#session === undefined ? {} : { 'Mcp-Session-Id': this.#session };
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', agent: this.#agent, headers: { ...HEADERS, ...session } };
      const sent = request(this.#address, options, (response) => {
        const given = response.headers['mcp-session-id'];
        if (typeof given === 'string') this.#session = given;
        text(response).then(resolve, reject);
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ jsonrpc: '2.0', ...message }));
    });
  }
}
