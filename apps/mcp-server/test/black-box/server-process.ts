import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
export const NODE_ARGS = ['--conditions=@testio-mcp/source'];

/** What a child needs of our own environment; nothing else of it may reach the server under test. */
export const BASE_ENV: Record<string, string> = { PATH: process.env.PATH ?? '' };

interface Message {
  jsonrpc: string;
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** A server as a client starts it: a child process with three pipes. */
export interface ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Everything that came on stdout, line by line. */
  readonly lines: string[];
  stderr(): string;
  send(message: Record<string, unknown>): void;
  request(method: string, params?: Record<string, unknown>): Promise<Message>;
  /** Says hello as clients do. */
  initialize(): Promise<Message>;
  /** Resolves when a line on stderr or stdout, present or future, matches. */
  seen(pattern: RegExp): Promise<void>;
  exit(): Promise<number | NodeJS.Signals | null>;
}

export function startServer(options: {
  env?: Record<string, string>;
  args?: readonly string[];
  nodeArgs?: readonly string[];
}): ServerProcess {
  const nodeArgs = [...NODE_ARGS, ...(options.nodeArgs ?? [])];
  // Without the two dashes Node itself looks for the file of an --env-file that stands after the program.
  const child = spawn(process.execPath, [...nodeArgs, '--', MAIN, ...(options.args ?? [])], {
    env: { ...BASE_ENV, ...options.env },
  });
  const lines: string[] = [];
  const waiting = new Map<number, (message: Message) => void>();
  const watchers = new Set<{ pattern: RegExp; resolve: () => void }>();
  let stderr = '';
  let nextId = 0;

  const notify = (line: string): void => {
    for (const watcher of watchers) if (watcher.pattern.test(line)) watcher.resolve();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    notify(line);
    const message = parsed(line);
    if (message?.id === undefined) return;
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    stderr += `${line}\n`;
    notify(line);
  });
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);

  const server: ServerProcess = {
    child,
    lines,
    stderr: () => stderr,
    send(message) {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    },
    async request(method, params) {
      const id = nextId++;
      const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
      server.send({ id, method, ...(params === undefined ? {} : { params }) });
      const gone = exited.then((code) => {
        throw new Error(`The server ended with ${code} instead of answering ${method}: ${stderr}`);
      });
      return Promise.race([answer, gone]);
    },
    async initialize() {
      const answer = await server.request('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'black-box-test', version: '1' },
      });
      server.send({ method: 'notifications/initialized' });
      return answer;
    },
    async seen(pattern) {
      if ([...lines, ...stderr.split('\n')].some((line) => pattern.test(line))) return;
      await new Promise<void>((resolve) => watchers.add({ pattern, resolve }));
    },
    exit: () => exited,
  };
  return server;
}

function parsed(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
