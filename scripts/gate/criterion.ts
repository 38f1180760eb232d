/** What a command left when it ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it wrote into the file that its criterion names; empty when it wrote none. */
  readonly report: string;
  readonly ms: number;
}

/** One line of the gate's table. */
export interface Row {
  /** What was measured; the criterion's own words when absent. */
  readonly what?: string;
  readonly figure: string;
  readonly limit: string;
  readonly holds: boolean;
}

/** Something the product must fulfil, measured by one command. */
export interface Criterion {
  /** For `--only`. */
  readonly name: string;
  /** What must hold, in a few words. */
  readonly what: string;
  /** The program and its arguments; runs in the folder of the workspace. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** A file that the command writes and `read` is told of. One of an earlier run is removed before. */
  readonly report?: string;
  /** The command is ended when it takes longer, and the criterion counts as missed. */
  readonly minutes: number;
  /** Measures time or memory, so nothing else may run beside it. */
  readonly alone?: true;
  /** Reads the figures from what the command left. None, or an error, counts as a miss. */
  read(ended: Ended): readonly Row[];
}

/** What one criterion came to. */
export interface Result {
  readonly name: string;
  readonly what: string;
  readonly rows: readonly Row[];
  readonly seconds: number;
  /** ISO instant at which it began. */
  readonly at: string;
  /** The commit that was measured; ends with "+" when files had been changed since. */
  readonly commit: string;
}

export function holds({ rows }: Result): boolean {
  return rows.length > 0 && rows.every((row) => row.holds);
}
