import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The command, as it stands in the sources. */
export const CLI = fileURLToPath(new URL('../apps/cli/bin/testio-mcp.js', import.meta.url));
const SANDBOX = fileURLToPath(new URL('../packages/sandbox/bin/testio-sandbox.js', import.meta.url));
const NO_OP_SERVER = fileURLToPath(new URL('../apps/mcp-server/test/programs/no-op-server.ts', import.meta.url));
const REPORT_USAGE = new URL('report-usage.mjs', import.meta.url).href;

/** Programs run from sources, as ./dev runs them. */
export const FROM_SOURCES = '--conditions=@testio-mcp/source';

/** A sandbox in a process of its own, so that its memory and time are not those of what is measured. */
export interface SandboxProcess {
  readonly url: string;
  readonly token: string;
  /** Asks a control route. */
  control<T>(name: 'bound' | 'state' | 'requests'): Promise<T>;
  /** Requests to its API since it began, or since they were forgotten. */
  countRequests(): Promise<number>;
  forgetRequests(): Promise<void>;
  stop(): Promise<number | null>;
}

/** A server over HTTP in a process of its own. */
export interface ServerProcess {
  readonly address: string;
  residentBytes(): number;
  stop(): Promise<number | null>;
}

/** What a process had used when it ended. */
export interface Usage {
  /** The most memory that was resident at any time. */
  readonly maxRssBytes: number;
  /** Time of all processors, user and system. */
  readonly cpuMs: number;
}

/** Starts a sandbox. */
export async function startSandbox(args: readonly string[]): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [FROM_SOURCES, SANDBOX, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, token } = JSON.parse(line) as { url: string; token: string };
    const control = async <T>(name: string) => (await (await fetch(new URL(`/__sandbox/${name}`, url))).json()) as T;
    return {
      url,
      token,
      control,
      countRequests: async () => (await control<unknown[]>('requests')).length,
      async forgetRequests() {
        await fetch(new URL('/__sandbox/requests', url), { method: 'DELETE' });
      },
      stop: () => stop(child),
    };
  }
  throw new Error('The sandbox ended before it listened.');
}

/** Runs `work` with a home folder that is empty at first and gone afterwards. */
export async function inNewHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'testio-benchmark-'));
  try {
    return await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Starts the command, as people run it, against a sandbox. */
export function startCommand(
  sandbox: SandboxProcess,
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  return spawn(process.execPath, [FROM_SOURCES, '--import', REPORT_USAGE, CLI, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TESTIO_HOME: home,
      TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
      TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
      ...env,
    },
  });
}

/** Runs the command to its end: exit code, the JSON on stdout, and what the process used. */
export async function measureCommand<T>(
  sandbox: SandboxProcess,
  home: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly answer: T; readonly usage: Usage }> {
  const usageFile = join(home, 'usage.json');
  const child = startCommand(sandbox, home, args, { BENCHMARK_USAGE_FILE: usageFile });
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  if (stdout === '') throw new Error(`testio-mcp ${args.join(' ')} ended with ${String(code)}: ${stderr}`);
  const usage = JSON.parse(await readFile(usageFile, 'utf8')) as Usage;
  return { code: Number(code), answer: JSON.parse(stdout) as T, usage };
}

/** Starts the server over HTTP on a free port. */
export function startServer(
  sandbox: SandboxProcess,
  home: string,
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  return served(startCommand(sandbox, home, ['serve', '--transport', 'http', '--port', '0'], env));
}

/** Starts the server that does nothing. */
export function startNoOpServer(): Promise<ServerProcess> {
  return served(spawn(process.execPath, [FROM_SOURCES, NO_OP_SERVER], { stdio: ['ignore', 'ignore', 'pipe'] }));
}

/** Waits until a server says on stderr where it is. */
async function served(child: ChildProcess): Promise<ServerProcess> {
  if (child.stderr === null) throw new Error('The server has no stderr.');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const [, address] = /serves (http[^\s)]+)/.exec(line) ?? [];
    if (address === undefined) continue;
    child.stderr.resume();
    return { address, residentBytes: () => residentBytes(child.pid), stop: () => stop(child) };
  }
  throw new Error(`The server ended before it served: ${said.join('\n')}`);
}

/** What of a process is resident now. */
export function residentBytes(pid: number | null | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1_024;
}

/** Asks a process to end, and waits for it. */
export async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  return child.exitCode;
}
