import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { benchmarkFigures } from '../gate/benchmark-figures.ts';
import { benchmarkCriterion } from '../gate/criteria/benchmarks.ts';
import { CAMPAIGNS } from '../gate/criteria/campaigns.ts';
import { SUITE } from '../gate/criteria/suite.ts';
import { SURFACES } from '../gate/criteria/surfaces.ts';
import { TARGETS } from '../gate/criteria/targets.ts';
import { type Criterion, type Ended, holds, type Result } from '../gate/criterion.ts';
import { keepResult, keptResults } from '../gate/kept-results.ts';
import { asLine, gatePage } from '../gate/page.ts';
import { closingLine, lineCoverage, looksAt, testReport } from '../gate/readings.ts';
import { runGate, tally } from '../gate/run-gate.ts';
import { linesAgainst, SOURCE_RULES } from '../gate/source-rules.ts';
import { ROOT } from '../step.ts';

const CRITERIA = [...SUITE, ...Object.keys(TARGETS).map(benchmarkCriterion), ...CAMPAIGNS, ...SURFACES];

/** What a command left that ended well. */
function left(more: Partial<Ended> = {}): Ended {
  return { code: 0, stdout: '', stderr: '', report: '', ms: 1, ...more };
}

/** A criterion that is a line of JavaScript. */
function fake(name: string, program: string, more: Partial<Criterion> = {}): Criterion {
  return { name, what: `fake ${name}`, command: ['node', '-e', program], minutes: 1, read: closingLine, ...more };
}

async function run(criteria: readonly Criterion[], more: { limitMs?: number; signal?: AbortSignal } = {}) {
  const told: Result[] = [];
  const { limitMs = 60_000, signal = new AbortController().signal } = more;
  const onResult = (result: Result) => void told.push(result);
  const results = await runGate(criteria, { commit: 'abc', limitMs, signal, onResult, atATime: 2 });
  return { results, told };
}

const good = fake('good', 'console.log("7 passed, 0 failed")');

test('what holds and what does not: all of it is run, in the order of the list', async () => {
  const bad = fake('bad', 'console.log("3 passed, 1 failed"); process.exit(1)');
  const { results, told } = await run([bad, good]);
  expect(results.map(({ name, rows }) => [name, rows])).toEqual([
    ['bad', [{ figure: '3 passed, 1 failed', limit: '0 failed, 0 skipped', holds: false }]],
    ['good', [{ figure: '7 passed, 0 failed', limit: '0 failed, 0 skipped', holds: true }]],
  ]);
  expect(told).toHaveLength(2);
  expect(tally(results)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('skipped tests are a miss, and so is a success that ends with another exit code', async () => {
  const skipping = fake('skipping', 'console.log("3 passed, 0 failed, 1 skipped")');
  const lying = fake('lying', 'console.log("3 passed, 0 failed"); process.exit(3)');
  const empty = fake('empty', 'console.log("0 passed, 0 failed")');
  const { results } = await run([skipping, lying, empty]);
  expect(results.map(holds)).toEqual([false, false, false]);
});

test('a command that hangs is ended with all that it started, and named', async () => {
  const child =
    'require("node:child_process").spawn("node", ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });';
  const hanging = fake('hanging', `process.on("SIGTERM", () => process.exit()); ${child} setInterval(() => {}, 1000)`, {
    minutes: 1 / 240,
  });
  const { results } = await run([hanging, good]);
  expect(results[0]?.rows).toEqual([{ figure: 'not ended after 0.3 s', limit: 'ends by itself', holds: false }]);
  expect(results.map(holds)).toEqual([false, true]);
});

test('a command that says nothing, one whose figures cannot be read, and one that is not there are misses', async () => {
  const { results } = await run([
    fake('silent', ''),
    fake('unreadable', 'console.log("not JSON")', { read: ({ stdout }) => JSON.parse(stdout) }),
    fake('absent', '', { command: ['no-such-program-anywhere'], read: (ended) => looksAt(/(\d+)/, ended) }),
  ]);
  expect(results.map(({ rows }) => rows[0]?.figure)).toEqual([
    'no figure; exit code 0',
    expect.stringMatching(/^no readable figure; exit code 0: Unexpected token/),
    expect.stringContaining('ENOENT'),
  ]);
  expect(results.some(holds)).toBe(false);
});

test('what measures runs before the rest, with nothing beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // Each says who was there when it began, and ends when those whom it waits for are there.
  const meeting = (name: string, awaited: readonly string[], more: Partial<Criterion> = {}) => {
    const program = `
      const fs = require("node:fs");
      const there = () => fs.readdirSync(${JSON.stringify(folder)}).sort();
      fs.writeFileSync(${JSON.stringify(join(folder, name))}, "");
      const first = there();
      const timer = setInterval(() => {
        if (!${JSON.stringify(awaited)}.every((other) => there().includes(other))) return;
        clearInterval(timer);
        console.log(JSON.stringify({ first, last: there() }));
      }, 5);`;
    return fake(name, program, { read: ({ stdout }) => [{ figure: stdout, limit: '', holds: true }], ...more });
  };
  const { results } = await run([meeting('a', ['b']), meeting('b', ['a']), meeting('c', [], { alone: true })]);
  const [a, b, c] = results.map(({ rows }) => JSON.parse(rows[0]?.figure ?? '{}'));
  expect(c).toEqual({ first: ['c'], last: ['c'] });
  expect([a.first, b.first]).toEqual([expect.arrayContaining(['a', 'c']), expect.arrayContaining(['b', 'c'])]);
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
  const ended = left({ stdout: 'all of it' });
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
  expect(SOURCE_RULES.flatMap((rule) => linesAgainst(rule, 'a.ts', 'await pause(5_000)'))).toHaveLength(1);
});

test('line coverage is that of everything, and of nothing when a package is not counted', () => {
  const lines = (covered: number, total: number) => ({ lines: { covered, total } });
  const summary = JSON.stringify({
    total: lines(179, 200),
    [join(ROOT, 'packages/domain/src/rates.ts')]: lines(95, 100),
    [join(ROOT, 'apps/cli/src/main.ts')]: lines(84, 100),
  });
  expect(lineCoverage(summary, ['packages/domain', 'apps/cli'], 90)).toEqual([
    { what: 'line coverage outside sandbox', figure: '89.5 %', limit: '>= 90 %', holds: false },
  ]);
  expect(lineCoverage(summary, ['packages/domain'], 89)[0]?.holds).toBe(true);
  expect(lineCoverage('', ['packages/domain'], 89)).toMatchObject([{ figure: 'not counted', holds: false }]);
  expect(() => lineCoverage(summary, ['packages/domain', 'apps/mcp-server'], 89)).toThrow('apps/mcp-server');
});

test.for(CRITERIA.map((criterion) => [criterion.name, criterion] as const))(
  '%s is a miss when its command says nothing',
  async ([name, criterion]) => {
    const folder = mkdtempSync(join(tmpdir(), 'gate-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const report = join(folder, 'report');
    // What an earlier run left is not read.
    writeFileSync(report, vitestReport(7, 0));
    const silent = { ...criterion, command: ['true'] as const, report };
    const { results } = await run([silent]);
    expect(results.map(holds), name).toEqual([false]);
  },
);

function vitestReport(passed: number, skipped: number): string {
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: 0,
    numPendingTests: skipped,
    numTodoTests: 0,
    testResults: [],
  });
}

test('a run of tests holds when some passed and none was skipped, by the report that it wrote itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.json');
  const writing = (text: string) =>
    `require("node:fs").writeFileSync(${JSON.stringify(report)}, ${JSON.stringify(text)})`;
  const { results } = await run([
    fake('whole', writing(vitestReport(3, 0)), { report, read: testReport, alone: true }),
    fake('skipping', writing(vitestReport(3, 1)), { report, read: testReport, alone: true }),
    fake('empty', writing(vitestReport(0, 0)), { report, read: testReport, alone: true }),
  ]);
  expect(results.map(holds)).toEqual([true, false, false]);
});

test('a benchmark that leaves out a figure, or judges it by another limit, is a miss', () => {
  const targets = [
    { what: 'Ratio', limit: '<= 3' },
    { what: /^\d{4} rows, p95$/, limit: '<= 25 ms' },
  ];
  const said = (...figures: [what: string, wanted: string | null][]) => {
    const found = figures.map(([what, wanted]) => ({ what, wanted, measured: '1', holds: true }));
    return benchmarkFigures(left({ stdout: JSON.stringify([{ title: 'It', figures: found }]) }), targets);
  };
  const failing = (rows: ReturnType<typeof said>) => rows.filter((row) => !row.holds).map(({ what }) => what);
  expect(failing(said(['Ratio', '<= 3'], ['8000 rows, p95', '<= 25 ms'], ['Size', null]))).toEqual([]);
  expect(failing(said(['Ratio', '<= 3'], ['12 rows, p95', '<= 25 ms']))).toEqual(['^\\d{4} rows, p95$']);
  expect(failing(said(['Ratio', '<= 4'], ['8000 rows, p95', '<= 25 ms']))).toEqual(['Ratio']);
  expect(failing(said(['Ratio', null], ['8000 rows, p95', '<= 25 ms']))).toEqual(['Ratio']);
});

test.for(
  CRITERIA.flatMap(({ name, command, env = {} }) => Object.keys(env).map((size) => [size, name, command] as const)),
)('%s is a size that the tests of %s know', ([size, , command]) => {
  const [file = ''] = command.slice(-1);
  const folder = dirname(file.replace('/integration/', '/'));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.ts'));
  expect(sources.filter((each) => readFileSync(join(folder, each), 'utf8').includes(size))).not.toEqual([]);
});
