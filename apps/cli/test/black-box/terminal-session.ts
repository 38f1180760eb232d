import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import { BIN } from './testio-mcp.ts';

/** Keys as a terminal sends them. */
export const KEYS = { enter: '\r', down: '\u001b[B', space: ' ', interrupt: '\u0003' } as const;

/** A program on a terminal of its own, and somebody who reads what it shows and types. */
export interface TerminalSession {
  /** Waits until this text stands below all that was waited for before. */
  see(text: string): Promise<void>;
  type(...keys: readonly string[]): void;
  /** All that was shown, without colours. */
  shown(): string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts `testio-mcp` on a pseudo-terminal, which `script` of util-linux (or of macOS) opens. */
export function onTerminal(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  program = [process.execPath, '--', BIN],
): TerminalSession {
  const line = [...program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const wide = `stty cols 200 rows 50; ${line}`;
  const how = process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', wide] : ['-qfec', wide, '/dev/null'];
  const child = spawn('script', how, {
    env: { ...process.env, TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill();
  });
  let shown = '';
  let read = 0;
  let wake: () => void = () => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    wake();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      resolve(code);
      wake();
    });
  });
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const plain = (): string => stripVTControlCharacters(shown);
  return {
    async see(text) {
      for (;;) {
        const at = plain().indexOf(text, read);
        if (at >= 0) {
          read = at + text.length;
          return;
        }
        if (isOver)
          throw new Error(
            `The program ended without showing ${JSON.stringify(text)}. It showed:\n${plain().slice(-3_000)}`,
          );
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    type: (...keys) => void child.stdin.write(keys.join('')),
    shown: plain,
    ended,
  };
}
