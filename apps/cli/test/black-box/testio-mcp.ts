import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '@testio-mcp/sandbox';
import { onTestFinished } from 'vitest';

export const BIN = fileURLToPath(new URL('../../bin/testio-mcp.js', import.meta.url));

/** Node's usual place. Programs run from sources here, and compiling them takes longer than what they do. */
const NODE_COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

/** For tests that run several commands one after the other: a busy machine takes its time. */
export const SLOW = { timeout: 60_000 };

/** How a run of the command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Starts the command as a user would, with these settings and none of the machine's. */
export function start(args: readonly string[], variables: Variables, input = ''): Running {
  const env = { ...process.env, NODE_COMPILE_CACHE, ...variables };
  // Without the two dashes Node itself looks for the file of an --env-file, and ends if it is not there (nodejs/node#54232).
  const child = spawn(process.execPath, ['--', BIN, ...args], { env });
  child.stdin.end(input);
  const ended = Promise.all([
    new Promise<number | null>((resolve) => child.once('close', resolve)),
    text(child.stdout),
    text(child.stderr),
  ]).then(([code, stdout, stderr]) => ({ code, stdout, stderr }));
  return { child, ended };
}

/** Runs the command to its end. */
export async function run(args: readonly string[], variables: Variables, input = ''): Promise<Ended> {
  return start(args, variables, input).ended;
}

/** A home folder of its own, removed when the test has finished. */
export function temporaryHome(remove: (clean: () => void) => void = onTestFinished): string {
  const home = mkdtempSync(join(tmpdir(), 'testio-mcp-cli-'));
  remove(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** The settings of a user whose account a sandbox serves. */
export function account(home: string, sandbox: Pick<Sandbox, 'url' | 'token' | 'now'>): Variables {
  return {
    TESTIO_HOME: home,
    TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
    TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
    TESTIO_NOW: sandbox.now,
  };
}

/** Resolves when the sandbox has answered this many requests. */
export async function requestsSeen(server: Sandbox, count: number): Promise<void> {
  while (server.requests().length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}
