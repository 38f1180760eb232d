import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Criterion, type Ended, holds, type Result } from '../gate/criterion.ts';
import { keepResult, keptResults } from '../gate/kept-results.ts';
import { asLine, gatePage } from '../gate/page.ts';
import { closingLine, exitCode, lineCoverage } from '../gate/readings.ts';
import { runGate, tally } from '../gate/run-gate.ts';
import { linesAgainst, SOURCE_RULES } from '../gate/source-rules.ts';
import { ROOT } from '../step.ts';

/** A criterion that is a line of JavaScript. */
function fake(name: string, program: string, more: Partial<Criterion> = {}): Criterion {
  return { name, what: `fake ${name}`, command: ['node', '-e', program], minutes: 1, read: exitCode, ...more };
}

async function run(criteria: readonly Criterion[], more: { limitMs?: number; signal?: AbortSignal } = {}) {
  const told: Result[] = [];
  const { limitMs = 60_000, signal = new AbortController().signal } = more;
  const onResult = (result: Result) => void told.push(result);
  const results = await runGate(criteria, { commit: 'abc', limitMs, signal, onResult, atATime: 2 });
  return { results, told };
}

const good = fake('good', 'console.log("7 passed, 0 failed")', { read: closingLine });

test('what holds and what does not: all of it is run, in the order of the list', async () => {
  const bad = fake('bad', 'console.log("3 passed, 1 failed"); process.exit(1)', { read: closingLine });
  const { results, told } = await run([bad, good]);
  expect(results.map(({ name, rows }) => [name, rows])).toEqual([
    ['bad', [{ figure: '3 passed, 1 failed', limit: '0 failed, 0 skipped', holds: false }]],
    ['good', [{ figure: '7 passed, 0 failed', limit: '0 failed, 0 skipped', holds: true }]],
  ]);
  expect(told).toHaveLength(2);
  expect(tally(results)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('skipped tests are a miss, and so is a success that ends with another exit code', async () => {
  const skipping = fake('skipping', 'console.log("3 passed, 0 failed, 1 skipped")', { read: closingLine });
  const lying = fake('lying', 'console.log("3 passed, 0 failed"); process.exit(3)', { read: closingLine });
  const empty = fake('empty', 'console.log("0 passed, 0 failed")', { read: closingLine });
  const { results } = await run([skipping, lying, empty]);
  expect(results.map(holds)).toEqual([false, false, false]);
});

test('a command that hangs is ended with all that it started, and named', async () => {
  const child =
    'require("node:child_process").spawn("node", ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });';
  const hanging = fake('hanging', `process.on("SIGTERM", () => process.exit()); ${child} setInterval(() => {}, 1000)`, {
    minutes: 1 / 60,
  });
  const { results } = await run([hanging, good]);
  expect(results[0]?.rows).toEqual([{ figure: 'not ended after 1.0 s', limit: 'ends by itself', holds: false }]);
  expect(results.map(holds)).toEqual([false, true]);
});

test('a command that says nothing, one whose figures cannot be read, and one that is not there are misses', async () => {
  const { results } = await run([
    fake('silent', '', { read: closingLine }),
    fake('unreadable', 'console.log("not JSON")', { read: ({ stdout }) => JSON.parse(stdout) }),
    { ...fake('absent', ''), command: ['no-such-program-anywhere'] },
  ]);
  expect(results.map(({ rows }) => rows[0]?.figure)).toEqual([
    'no figure; exit code 0',
    expect.stringMatching(/^no readable figure; exit code 0: Unexpected token/),
    expect.stringContaining('ENOENT'),
  ]);
  expect(results.some(holds)).toBe(false);
});

test('what measures runs before the rest, with nothing beside it', async () => {
  const times = 'const begin = Date.now(); setTimeout(() => console.log(begin + "-" + Date.now()), 150)';
  const span = (name: string, more: Partial<Criterion> = {}) =>
    fake(name, times, { read: ({ stdout }) => [{ figure: stdout.trim(), limit: '', holds: true }], ...more });
  const { results } = await run([span('a'), span('b'), span('c', { alone: true })]);
  const [a, b, c] = results.map(({ rows }) => rows[0]?.figure.split('-').map(Number) ?? []) as [
    number[],
    number[],
    number[],
  ];
  expect(Math.min(a[0] ?? 0, b[0] ?? 0)).toBeGreaterThanOrEqual(c[1] ?? Number.NaN);
  // The other two ran at the same time.
  expect(Math.max(a[0] ?? 0, b[0] ?? 0)).toBeLessThan(Math.min(a[1] ?? 0, b[1] ?? 0));
});

test('what has not begun when the time is up, or was interrupted, is a miss', async () => {
  const { results } = await run([good], { limitMs: 0 });
  expect(results[0]?.rows[0]?.figure).toBe('not begun: no time was left');
  const interrupted = await run([good], { signal: AbortSignal.abort() });
  expect(interrupted.results[0]?.rows[0]?.figure).toBe('not begun: interrupted');
  expect([...results, ...interrupted.results].some(holds)).toBe(false);
});

test('results are kept one by one, and the page shows those that were kept and those that are missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ended: Ended = { code: 0, stdout: 'all of it', stderr: '', ms: 1 };
  const row = { what: 'p95 | list', figure: '3 ms', limit: '<= 2 ms', holds: false };
  const result: Result = {
    name: 'quick',
    what: 'is quick',
    rows: [row],
    seconds: 1,
    at: '2026-03-17T12:00:00Z',
    commit: 'abc',
  };
  keepResult(result, ended, folder);
  expect(keptResults(folder).get('quick')).toEqual(result);
  expect(asLine(result, row)).toMatch(/^FAIL quick: p95 \| list +3 ms \(<= 2 ms\)\n$/);
  const page = gatePage([fake('quick', ''), fake('never', '')], keptResults(folder), 'a machine');
  expect(page).toContain('| quick | p95 \\| list | 3 ms | <= 2 ms | **missed** |');
  expect(page).toContain('| never | fake never | not measured |  | missing |');
  expect(page).toContain('0 of 2 criteria hold.');
});

test('the rules of sources find what they are for', () => {
  const broken: readonly string[] = [
    "db.exec('CREATE TABLE extra (id integer)')",
    "import Database from 'better-sqlite3';",
    'const it = value as any;',
    '// TODO later',
  ];
  for (const [index, line] of broken.entries()) {
    const rule = SOURCE_RULES[index];
    if (rule === undefined) throw new Error('There are fewer rules than examples.');
    expect(linesAgainst(rule, 'a.ts', `fine\n${line}`)).toEqual([`a.ts:2: ${line}`]);
  }
  expect(SOURCE_RULES).toHaveLength(broken.length);
});

test('line coverage is told of everything and of the packages alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'coverage-summary.json');
  const lines = (covered: number, total: number) => ({ lines: { covered, total } });
  writeFileSync(
    file,
    JSON.stringify({
      total: lines(100, 200),
      [join(ROOT, 'packages/domain/src/rates.ts')]: lines(95, 100),
      [join(ROOT, 'apps/cli/src/main.ts')]: lines(5, 100),
    }),
  );
  expect(lineCoverage(file, 90)).toEqual([
    { what: 'line coverage outside sandbox', figure: '50.0 %', limit: '>= 90 %', holds: false },
    { what: 'line coverage of packages alone', figure: '95.0 %', limit: '>= 90 %', holds: true },
  ]);
});
