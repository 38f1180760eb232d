import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stop } from './processes.ts';

/** What a server said to one question. */
export interface Answer {
  readonly isError: boolean;
  readonly text: string;
  /** The structured answer; undefined for an error. */
  readonly structured: unknown;
  readonly ms: number;
}

interface Message {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly isError?: boolean;
    readonly content?: readonly { readonly text?: string }[];
    readonly structuredContent?: unknown;
  };
}

/** A client of one server process over stdio, no more than asking takes. */
export class Asker {
  /** Everything the process wrote to stderr. */
  stderr = '';
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    if (child.stdout === null) throw new Error('The server has no stdout.');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as Message;
      if (message.id === undefined) return;
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    });
    child.on('exit', () => {
      for (const answered of this.#waiting.values())
        answered({ error: { message: `the server ended: ${this.stderr}` } });
    });
  }

  /** Shakes hands with a server that was just started. */
  static async connect(child: ChildProcess): Promise<Asker> {
    const asker = new Asker(child);
    const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'benchmark', version: '1' } };
    await asker.#request('initialize', hello);
    asker.#send({ method: 'notifications/initialized' });
    return asker;
  }

  /** Questions that wait for their answer. */
  get open(): number {
    return this.#waiting.size;
  }

  async ask(name: string, input: Readonly<Record<string, unknown>>): Promise<Answer> {
    const began = performance.now();
    const { error, result } = await this.#request('tools/call', { name, arguments: input });
    const ms = performance.now() - began;
    const text = (result?.content ?? []).map((block) => block.text ?? '').join('\n');
    const isError = error !== undefined || result?.isError === true;
    return { isError, text: error?.message ?? text, structured: result?.structuredContent, ms };
  }

  end(): Promise<number | null> {
    return stop(this.#child);
  }

  #request(method: string, params: unknown): Promise<Message> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  #send(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
}
