import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import { ROOT } from '../step.ts';
import type { Criterion, Ended, Row } from './criterion.ts';

/** How long a command may take to end after it was asked to. */
const GRACE_MS = 5_000;

export interface RunOptions {
  /** Ends the command, as when its time is up. */
  readonly signal: AbortSignal;
  /** No command may take longer than this, whatever its criterion allows. */
  readonly mostMs: number;
}

/** Runs the command of a criterion and reads its figures. Never throws: what went wrong is a row that does not hold. */
export async function runCriterion(criterion: Criterion, options: RunOptions): Promise<{ rows: Row[]; ended: Ended }> {
  const limitMs = Math.min(criterion.minutes * 60_000, options.mostMs);
  const { ended, cutShort } = await run(criterion, limitMs, options.signal);
  if (cutShort) {
    const figure = options.signal.aborted ? 'interrupted' : `not ended after ${duration(limitMs)}`;
    return { ended, rows: [{ figure, limit: 'ends by itself', holds: false }] };
  }
  return { ended, rows: figuresOf(criterion, ended) };
}

function figuresOf(criterion: Criterion, ended: Ended): Row[] {
  const missed = (figure: string): Row[] => [{ figure, limit: 'a figure', holds: false }];
  try {
    const rows = [...criterion.read(ended)];
    return rows.length > 0 ? rows : missed(`no figure; exit code ${ended.code}`);
  } catch (thrown) {
    return missed(`no readable figure; exit code ${ended.code}: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}

/** A time limit for people. */
function duration(ms: number): string {
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

function run({ command, env, report }: Criterion, limitMs: number, signal: AbortSignal) {
  const [program, ...args] = command;
  if (report !== undefined) rmSync(report, { force: true });
  const began = performance.now();
  return new Promise<{ ended: Ended; cutShort: boolean }>((resolve) => {
    // A group of its own: whatever it started ends with it.
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        text[stream] += chunk;
      });
    }
    let cutShort = false;
    const cut = () => {
      cutShort = true;
      endGroup(child, 'SIGTERM');
      setTimeout(() => endGroup(child, 'SIGKILL'), GRACE_MS).unref();
    };
    const timer = setTimeout(cut, limitMs);
    if (signal.aborted) cut();
    signal.addEventListener('abort', cut);
    const done = (code: number | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cut);
      endGroup(child, 'SIGKILL');
      const ms = performance.now() - began;
      const written = report !== undefined && existsSync(report) ? readFileSync(report, 'utf8') : '';
      resolve({ ended: { code, ...text, report: written, ms }, cutShort });
    };
    child.on('error', (error) => {
      text.stderr += error.message;
      done(127);
    });
    // Not "close": something that it left behind may keep the pipes.
    child.on('exit', (code) => setImmediate(() => done(code)));
  });
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left of the group.
  }
}
