import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, BIN, run, SLOW, temporaryHome } from './testio-mcp.ts';

const cleanings: (() => void)[] = [];
let sandbox: Sandbox;
let settings: ReturnType<typeof account>;
/** One page with the freshness of the store: no test here is about asking the API. */
const cached = ['--freshness', 'cached'];

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small', seed: 11 });
  settings = account(
    temporaryHome((clean) => cleanings.push(clean)),
    sandbox,
  );
  expect((await run(['sync'], settings)).code).toBe(3);
}, SLOW.timeout);

afterAll(async () => {
  await sandbox.close();
  for (const clean of cleanings) clean();
});

async function json(args: readonly string[]): Promise<Record<string, unknown> & { bugs: Record<string, unknown>[] }> {
  return JSON.parse((await run([...args, '--json'], settings)).stdout);
}

test('--json is the answer of the tool, asked with flags instead of JSON', SLOW, async () => {
  const input = { statuses: ['open', 'rejected'], severities: ['critical', 'low'], per_page: 7, freshness: 'cached' };
  const asked = ['bugs', 'list', '--status', 'open,rejected', '--severity', 'CRITICAL', '--severity', 'low'];
  const friendly = await run([...asked, '--per-page', '7', ...cached, '--json'], settings);
  const plain = await run(['call', 'list_bugs', JSON.stringify(input), '--json'], settings);
  expect(friendly.stdout).toBe(plain.stdout);
  expect(friendly.stderr).toBe('');
  expect(JSON.parse(friendly.stdout)).toMatchObject({ returned: 7 });
});

test('rows are a table on stdout; what is shown, how fresh and how complete is told on stderr', SLOW, async () => {
  const { code, stdout, stderr } = await run(['bugs', 'list', '--per-page', '3', ...cached], settings);
  const { bugs, total, next_cursor } = await json(['bugs', 'list', '--per-page', '3', ...cached]);
  expect(stdout).toMatch(/^ +id +title +severity /);
  for (const bug of bugs) expect(stdout).toContain(String(bug.id));
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  expect(stderr).toMatch(new RegExp(`^Bugs: items 1–3 of ${total}\\.\\nMore: --cursor ${next_cursor}, or --all\\.\\n`));
  expect(stderr).toMatch(/^As of \S+ \S+ UTC\. Not complete:\n {2}Tests \(1\): /m);
  // Something is missing and was listed.
  expect(code).toBe(3);
  const quiet = await run(['bugs', 'list', '--per-page', '3', ...cached, '--quiet'], settings);
  expect(quiet).toEqual({ code: 3, stdout, stderr: '' });
});

test('an answer from which nothing is missing ends 0, one thing is shown as text', SLOW, async () => {
  const stories = await run(['stories', 'list', ...cached], settings);
  expect(stories.code).toBe(0);
  expect(stories.stderr).toMatch(/^As of .+ Complete\.$/m);
  const [product] = sandbox.state().ids.products;
  const { products } = (await json(['products', 'list', ...cached])) as unknown as {
    products: { id: number; title: string }[];
  };
  const title = products.find(({ id }) => id === product)?.title ?? '';
  // Without quotes, the shell hands on each word of the title by itself.
  const shown = await run(['products', 'show', ...title.toUpperCase().split(' '), ...cached], settings);
  expect(shown.stdout).toContain(`${title} (${product})`);
  expect(shown.stdout).toMatch(/^As of /m);
});

test('--csv has a header and all columns, and --all has all pages', SLOW, async () => {
  const all = await run(['bugs', 'list', '--all', '--per-page', '150', '--csv', ...cached], settings);
  expect(all.stdout.endsWith('\r\n')).toBe(true);
  const [header, ...records] = all.stdout.slice(0, -2).split('\r\n');
  expect(header).toBe(
    'id,title,severity,bug_type,severity_level,status,known,reported_at,auto_acceptance_at,web_url,test.id,test.title,product.id,product.title,feature.id,feature.title,author.id,author.name,external_idx,exported_at,rejection_reason',
  );
  const { counts, ids } = sandbox.state();
  expect(records.map((record) => Number(record.split(',', 1)[0])).sort((a, b) => a - b)).toEqual(
    ids.bugs.toSorted((a, b) => a - b),
  );
  const number = new Intl.NumberFormat('en').format(counts.bugs);
  expect(all.stderr).toMatch(new RegExp(`^All pages: ${number} of ${number} items\\.\\nAs of `));
  const page = await run(['bugs', 'list', '--per-page', '2', '--csv', ...cached], settings);
  expect(page.stdout.split('\r\n').slice(0, 3)).toEqual([header, ...records.slice(0, 2)]);
  expect(page.stderr).toContain('--cursor ');
});

test('all pages as JSON are one document', SLOW, async () => {
  const answer = await json(['bugs', 'list', '--all', '--per-page', '150', ...cached]);
  const { counts } = sandbox.state();
  expect(answer).toMatchObject({ total: counts.bugs, returned: counts.bugs, next_cursor: null });
  expect(new Set(answer.bugs.map(({ id }) => id)).size).toBe(counts.bugs);
  expect(answer).toMatchObject({ as_of: expect.any(String), completeness: { complete: false } });
});

test('metrics are asked for by name alone; bars are for people only', SLOW, async () => {
  const asked = ['metrics', 'bug_count,rejection_rate', '--by', 'severity,month', '--limit', '5', ...cached];
  const input = {
    metrics: ['bug_count', 'rejection_rate'],
    dimensions: ['severity', 'month'],
    limit: 5,
    freshness: 'cached',
  };
  const plain = await run(['call', 'query_metrics', JSON.stringify(input), '--json'], settings);
  expect((await run([...asked, '--json'], settings)).stdout).toBe(plain.stdout);
  const shown = await run(asked, settings);
  expect(shown.stdout).toMatch(/^severity +month +bug count +rejection rate /);
  expect(shown.stdout.split('\n')[1]).toMatch(/ {2}█{10,30}$/);
  const csv = await run([...asked, '--csv'], settings);
  expect(csv.stdout).toMatch(/^severity,month,bug_count,rejection_rate,rejection_rate_n\r\n/);
  expect(csv.stdout).not.toContain('█');
  const before = await run(['metrics', 'query', 'bug_count', '--dimension', 'severity', ...cached], settings);
  expect(before.stdout).toBe((await run(['metrics', 'bug_count', '--by', 'severity', ...cached], settings)).stdout);
  const total = await run(['metrics', 'test_count', ...cached], settings);
  expect(total.stdout).toMatch(/^test count\n +\d+\n$/);
});

// Elsewhere the system's own opener cannot be told to open something else.
const whereOpenersObey = process.platform === 'linux' ? test : () => undefined;
whereOpenersObey('report --open writes a page and opens it', SLOW, async () => {
  const home = temporaryHome();
  const browser = join(home, 'browser');
  writeFileSync(browser, `#!/bin/sh\nprintf '%s' "$1" > "${home}/opened"\n`, { mode: 0o700 });
  const seen = { ...settings, BROWSER: browser, DISPLAY: undefined, WAYLAND_DISPLAY: undefined };
  const args = ['report', '--period', 'last 2 years', '--output-file', 'open.html', '--overwrite', '--open'];
  const { stdout } = await run([...args, ...cached], seen);
  const path = /: (\S+open\.html)$/m.exec(stdout)?.[1] ?? '';
  await expect
    .poll(() => existsSync(join(home, 'opened')) && readFileSync(join(home, 'opened'), 'utf8'))
    .toContain(path);
  expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/);
});

describe('mistakes', () => {
  test.each([
    ['an unknown word', ['bugs', 'list', '--severity', 'critcal'], 2, /^Error: --severity .+\nAccepted: critical, /],
    ['a number out of range', ['tests', 'list', '--per-page', '900'], 2, /^Error: --per-page cannot be 900\./],
    ['a title that nothing has', ['tests', 'list', '--product', 'Nowhere'], 1, /^Error: No product .+"Nowhere"/],
    [
      'an id that nothing has',
      ['bugs', 'show', '1', ...cached],
      1,
      /^Error: .+\n(Accepted: .+\n)?Next: .+testio-mcp bugs/,
    ],
    ['an unreadable period', ['users', 'list', '--period', 'soon'], 2, /^Error: .*period.*\nAccepted: /],
    ['two forms at once', ['tests', 'list', '--csv', '--json'], 2, null],
  ] as const)('%s is told in the words of the command line', SLOW, async (_, args, exitCode, sentence) => {
    const { code, stdout, stderr } = await run(args, settings);
    expect(code).toBe(exitCode);
    if (sentence === null) {
      expect(JSON.parse(stdout).error.code).toBe('conflicting_option');
      return;
    }
    expect(stdout).toBe('');
    expect(stderr).toMatch(sentence);
  });

  test('an empty store refuses to answer', SLOW, async () => {
    const empty = await run(['tests', 'list', ...cached], { ...settings, TESTIO_HOME: temporaryHome() });
    expect(empty).toMatchObject({ code: 1, stdout: '' });
    expect(empty.stderr).toContain('testio-mcp sync');
  });
});

test('a reader that leaves early sees no stack trace', SLOW, async () => {
  const command = `"${process.execPath}" -- "${BIN}" bugs list --all --csv --freshness cached --quiet | head -n 1`;
  const env = { ...process.env, ...settings };
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], { env });
  expect(stdout).toMatch(/^id,title,.+\r\n$/);
  expect(stderr).toBe('');
});
