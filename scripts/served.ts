import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** A server that runs over HTTP with a home folder of its own. */
export interface Served {
  readonly address: string;
  /** Ends it and removes its home. */
  stop(): Promise<void>;
}

/** Starts the shipped server with the data of the demo on a free port. */
export function serveDemo(): Promise<Served> {
  return serve('testio-mcp', ['serve', '--demo', '--transport', 'http', '--port', '0']);
}

/** Starts a program that says on stderr where it serves. */
export async function serve(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const home = mkdtempSync(join(tmpdir(), 'testio-served-'));
  const child = spawn(program, args, {
    cwd: home,
    env: { ...process.env, TESTIO_HOME: home, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(home, { recursive: true, force: true });
  };
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr });
  for await (const line of lines) {
    said.push(line);
    const [, address] = /serves (http[^\s)]+)/.exec(line) ?? [];
    if (address === undefined) continue;
    // What it says later must not fill the pipe.
    child.stderr.resume();
    return { address, stop };
  }
  await stop();
  throw new Error(`${program} ended before it served: ${said.join('\n')}`);
}
