/** One measured value and what it is to be. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  /** What it must be; null for a figure that only informs. */
  readonly wanted: string | null;
  readonly holds: boolean;
}

/** What one benchmark found. */
export interface Findings {
  readonly name: string;
  readonly title: string;
  /** How it was measured, in whole sentences. */
  readonly method: string;
  readonly figures: readonly Figure[];
  /** More of it in Markdown, for the page alone. */
  readonly details?: string;
}

/** A figure that must hold. */
export function bounded(what: string, measured: string, wanted: string, holds: boolean): Figure {
  return { what, measured, wanted, holds };
}

/** A figure that only informs. */
export function told(what: string, measured: string): Figure {
  return { what, measured, wanted: null, holds: true };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

export function milliseconds(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

/** The value below which the given part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
