import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** What the doctor asks of the machine that it runs on. */
export interface DoctorMachine {
  readonly nodeVersion: string;
  readonly platform: NodeJS.Platform;
  /** Bytes that may still be written to the disk of a path, whether the path exists or not. */
  freeBytes(path: string): number;
  /** Loads the database driver and all that works with it. */
  loadPersistence(): Promise<typeof import('@testio-mcp/persistence')>;
}

/** The machine this program runs on. */
export const thisMachine: DoctorMachine = {
  nodeVersion: process.versions.node,
  platform: process.platform,
  freeBytes(path) {
    const { bavail, bsize } = statfsSync(nearestExisting(path));
    return bavail * bsize;
  },
  loadPersistence: () => import('@testio-mcp/persistence'),
};

/** The path itself or the nearest one above it that exists. */
export function nearestExisting(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
