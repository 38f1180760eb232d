import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace, where every step runs. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** One thing that must hold: a command that exits with 0 when it does. */
export interface Step {
  /** What is checked, as it stands in the report. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** What to do when it fails. */
  readonly remedy?: string;
}

/**
 * Runs one step and prints one line about it: its name and time, and, when it fails, everything that it said.
 * @returns whether the step holds
 */
export async function runStep({ name, command, remedy }: Step): Promise<boolean> {
  const begin = performance.now();
  const { code, output } = await capture(command);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const holds = code === 0;
  process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${name.padEnd(24)} ${seconds.padStart(6)} s\n`);
  if (!holds) process.stdout.write(`${output.trimEnd()}\n${remedy ? `${name}: ${remedy}\n` : ''}`);
  return holds;
}

/** Runs the steps one after the other, all of them, and counts. */
export async function runSteps(steps: readonly Step[]): Promise<{ passed: number; failed: number }> {
  let passed = 0;
  for (const step of steps) if (await runStep(step)) passed += 1;
  return { passed, failed: steps.length - passed };
}

function capture([program, ...args]: Step['command']): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const add = (text: string) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', add);
    child.stderr.setEncoding('utf8').on('data', add);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
