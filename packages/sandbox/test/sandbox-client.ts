import { type Sandbox, type SandboxOptions, startSandbox } from '@testio-mcp/sandbox';
import { onTestFinished } from 'vitest';

/** Fixed, so that every test sees the same account; two days before a change of clocks is not far. */
export const NOW = '2026-03-17T00:00:00Z';

export interface Reply {
  status: number;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member, and members are what is tested
  json: any;
  headers: Headers;
}

/** Starts a sandbox that ends with the test. */
export async function sandboxForTest(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ now: NOW, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** One request to the API; `path` begins behind the base. */
export async function call(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<Reply> {
  const headers = { authorization: `Token ${sandbox.token}`, ...init.headers };
  return replyOf(await fetch(sandbox.url + path, { ...init, headers }));
}

/** One control request; `path` begins behind `/__sandbox/`. */
export async function control(sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<Reply> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  return replyOf(await fetch(new URL(`/__sandbox/${path}`, sandbox.url), init));
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, text, json, headers: response.headers };
}
