import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '@testio-mcp/sandbox';
import type { SyncMode } from '../src/index.ts';

const PROGRAM = fileURLToPath(new URL('./programs/crashing-sync.ts', import.meta.url));
/** A number that no run reaches. */
const NEVER = 1_000_000;

/** Where a sync is killed. */
export interface CrashPoint {
  readonly when: 'before' | 'after';
  readonly what: 'request' | 'commit';
  /** From 1. */
  readonly nth: number;
}

export interface MortalSync {
  readonly file: string;
  readonly sandbox: Sandbox;
  readonly mode: SyncMode;
  /** How far its clock is behind the machine's. */
  readonly clockBackMs: number;
  /** Where compiled sources are kept, so that the next process starts faster. */
  readonly cache: string;
}

/** What a run consists of. */
interface RunSize {
  readonly requests: number;
  readonly commits: number;
}

/** Runs a sync in a process of its own and kills it at a point. Answers whether it was killed, else with what it printed. */
export async function crash(sync: MortalSync, { when, what, nth }: CrashPoint): Promise<true | string> {
  const { file, sandbox, mode, clockBackMs, cache } = sync;
  const args = [file, sandbox.url, sandbox.token, mode, String(clockBackMs), `${when}:${what}:${nth}`];
  const child = spawn(process.execPath, ['--conditions=@testio-mcp/source', PROGRAM, ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  const [[, signal], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return signal === 'SIGKILL' ? true : `${stdout}${stderr}`;
}

/** Runs a sync to its end and counts its points. */
export async function measure(sync: MortalSync): Promise<RunSize> {
  const told = await crash(sync, { when: 'before', what: 'request', nth: NEVER });
  return JSON.parse(String(told)) as RunSize;
}

/** Every point of a run of this size. */
export function allPoints({ requests, commits }: RunSize): CrashPoint[] {
  const sides = ['before', 'after'] as const;
  const of = (what: CrashPoint['what'], count: number) =>
    Array.from({ length: count }, (_, index) => sides.map((when) => ({ when, what, nth: index + 1 }))).flat();
  return [...of('request', requests), ...of('commit', commits)];
}

/** So many of a list, evenly spread; all of them when there are no more. */
export function spread<T>(list: readonly T[], count: number): T[] {
  if (count >= list.length) return [...list];
  return Array.from({ length: count }, (_, index) => list[Math.floor(((index + 0.5) * list.length) / count)]).filter(
    (one) => one !== undefined,
  );
}
