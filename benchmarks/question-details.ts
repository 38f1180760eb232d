import { SIZES, type Size } from './filled-store.ts';
import type { Spread } from './rounds.ts';

/** What was measured of one question. */
export interface Measured {
  /** By transport and size, as "stdio large". */
  readonly warm: Map<string, { readonly p50: number; readonly p95: number; readonly toNothing: Spread }>;
  readonly cold: Map<Size, number>;
}

/** All questions in one table: p50 and p95 in milliseconds. */
export function matrix(measured: ReadonlyMap<string, Measured>): string {
  const columns = [...SIZES.map((size) => `stdio ${size}`), 'in memory medium', 'HTTP medium'];
  const heads = ['Question', ...columns, 'large / nothing', ...SIZES.map((size) => `cold ${size}`)];
  const rows = [...measured].map(([name, { warm, cold }]) => [
    name,
    ...columns.map((column) => {
      const found = warm.get(column);
      return found === undefined ? '' : `${found.p50.toFixed(1)}, ${found.p95.toFixed(1)}`;
    }),
    warm.get('stdio large')?.toNothing.median.toFixed(1) ?? '',
    ...SIZES.map((size) => cold.get(size)?.toFixed(0) ?? ''),
  ]);
  const lines = [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `Milliseconds, p50 and p95 of warm answers and one cold one; the middle column is p50 on large over that of a tool that does nothing.\n\n${lines.join('\n')}`;
}

const BAR = 40;

/** Cost against size, as bars: an account 300 times as large, and what its questions cost. */
export function growthChart(measured: ReadonlyMap<string, Measured>, names: readonly string[]): string {
  const values = names.flatMap((name) =>
    SIZES.map((size) => ({ name, size, ms: measured.get(name)?.warm.get(`stdio ${size}`)?.p50 ?? 0 })),
  );
  const most = Math.max(...values.map(({ ms }) => ms));
  const bars = values.map(({ name, size, ms }) => {
    const bar = '#'.repeat(Math.max(1, Math.round((ms / most) * BAR)));
    return `${name.padEnd(18)} ${size.padEnd(7)} ${bar} ${ms.toFixed(2)} ms`;
  });
  return `Cost against size (small is about 60 tests, medium 730, large 20,000), p50 over stdio:\n\n\`\`\`\n${bars.join('\n')}\n\`\`\``;
}
