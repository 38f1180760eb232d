import { appendFileSync, closeSync, fchmodSync, fstatSync, openSync, renameSync, statSync } from 'node:fs';
import type { LogDestination } from './logger.ts';

const PRIVATE_FILE = 0o600;

/** A log file that grows beyond it becomes `<file>.1`, that one `<file>.2`, and so on. */
const LARGEST_BYTES = 5 * 1024 * 1024;
const KEPT = 3;

export interface RotationLimits {
  readonly largestBytes?: number | undefined;
  /** Older files that are kept. */
  readonly kept?: number | undefined;
}

/** The older files of a log, newest first, whether they exist or not. */
export function rotatedFiles(file: string, kept: number = KEPT): string[] {
  return Array.from({ length: kept }, (_, index) => `${file}.${index + 1}`);
}

/**
 * Appends lines to a file for the owner alone (0600), and sets it aside when it has grown too large. Writing is synchronous, so
 * that nothing is lost when the process ends. Several processes may write to one file: each notices when another one has set
 * it aside. Trouble while writing is dropped: a full disk must not end the server.
 *
 * @throws the system's error when the file cannot be opened
 */
export function openRotatingFile(file: string, limits: RotationLimits = {}): LogDestination {
  const { largestBytes = LARGEST_BYTES, kept = KEPT } = limits;
  // Null between two files: the number of a closed one may mean something else by now.
  let descriptor: number | null = open(file);

  function reopen(): number {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
    descriptor = open(file);
    return descriptor;
  }

  /** The file that has the name now: another process may have set ours aside. */
  function current(): number {
    if (descriptor === null) return reopen();
    const own = fstatSync(descriptor);
    const there = statSync(file, { throwIfNoEntry: false });
    return there?.ino === own.ino && there.dev === own.dev ? descriptor : reopen();
  }

  return {
    write(line) {
      try {
        let into = current();
        const facts = fstatSync(into);
        // A device or a pipe cannot be set aside.
        if (facts.isFile() && facts.size > 0 && facts.size + Buffer.byteLength(line) > largestBytes) {
          setAside(file, kept);
          into = reopen();
        }
        appendFileSync(into, line);
      } catch {
        // The program goes on without its log.
      }
    },
  };
}

function open(file: string): number {
  const descriptor = openSync(file, 'a', PRIVATE_FILE);
  if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, PRIVATE_FILE);
  return descriptor;
}

function setAside(file: string, kept: number): void {
  const names = [file, ...rotatedFiles(file, kept)];
  for (let older = names.length - 1; older > 0; older -= 1) {
    const [from, to] = [names[older - 1], names[older]];
    if (from !== undefined && to !== undefined && statSync(from, { throwIfNoEntry: false }) !== undefined) {
      renameSync(from, to);
    }
  }
}
