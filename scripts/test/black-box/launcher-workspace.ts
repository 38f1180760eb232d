import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { ROOT } from '../../step.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A workspace of its own with the real launcher and stand-ins for pnpm and npx, which write down that they were called:
 * nothing is fetched and the real node_modules stays as it is.
 */
export class LauncherWorkspace {
  readonly root = mkdtempSync(join(tmpdir(), 'launcher-'));
  /** The folder that comes first on PATH. */
  readonly tools = join(this.root, 'tools');
  readonly #calls = join(this.root, 'calls.log');

  constructor(scripts: Record<string, string> = {}) {
    cpSync(join(ROOT, 'dev'), join(this.root, 'dev'));
    cpSync(join(ROOT, 'scripts', 'launcher'), join(this.root, 'scripts', 'launcher'), { recursive: true });
    this.write('package.json', JSON.stringify({ type: 'module', packageManager: 'pnpm@11.28.11', scripts }));
    this.write('pnpm-lock.yaml', 'lock: 1\n');
    this.write('pnpm-workspace.yaml', 'packages: []\n');
    mkdirSync(this.tools);
    symlinkSync(process.execPath, join(this.tools, 'node'));
    this.installPnpm('11.2.0');
    this.program('tools/npx', 'exit 1');
  }

  /** Puts a pnpm of the given version on PATH. Its installation runs `body`, a shell text. */
  installPnpm(version: string, body = 'mkdir -p node_modules/.bin'): void {
    this.write('pnpm/package.json', JSON.stringify({ name: 'pnpm', version }));
    this.program('pnpm/bin/pnpm', body);
    rmSync(join(this.tools, 'pnpm'), { force: true });
    symlinkSync(join(this.root, 'pnpm', 'bin', 'pnpm'), join(this.tools, 'pnpm'));
  }

  removePnpm(): void {
    rmSync(join(this.tools, 'pnpm'));
  }

  /** Writes a program that notes that it was called, and with what, before it does anything else. */
  program(file: string, body: string): void {
    const name = file.split('/').at(-1);
    this.write(file, `#!/bin/sh\necho "${name} $*" >> '${this.#calls}'\n${body}\n`);
    chmodSync(join(this.root, file), 0o755);
  }

  write(file: string, content: string): void {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** The stand-ins that were called so far, with their arguments. */
  calls(): string[] {
    return existsSync(this.#calls) ? readFileSync(this.#calls, 'utf8').trimEnd().split('\n') : [];
  }

  /** Starts the launcher. `hostNode` are options for the Node that runs it, and not for what it starts. */
  start(args: readonly string[], options: SpawnOptions & { hostNode?: readonly string[] } = {}): ChildProcess {
    const { hostNode = [], env, ...rest } = options;
    const path = [this.tools, '/usr/bin', '/bin'].join(delimiter);
    return spawn(process.execPath, [...hostNode, join(this.root, 'dev'), ...args], {
      cwd: this.root,
      env: { HOME: this.root, PATH: path, ...env },
      stdio: 'pipe',
      ...rest,
    });
  }

  run(
    args: readonly string[],
    options: Parameters<LauncherWorkspace['start']>[1] & { input?: string } = {},
  ): Promise<Outcome> {
    const { input = '', ...rest } = options;
    const child = this.start(args, rest);
    child.stdin?.end(input);
    return outcomeOf(child);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
