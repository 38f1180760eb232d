import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openReportFolder } from '../src/report-folder.ts';

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'testio-reports-'));
  folder = join(home, 'reports');
});
afterEach(() => rmSync(home, { recursive: true }));

const file = (path: string, overwrite = false) => ({ path, content: 'Übersicht\n', extensions: ['html'], overwrite });

async function refusal(work: Promise<unknown>): Promise<TestioError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof TestioError) return thrown;
  throw new Error(`It was not refused: ${String(thrown)}`);
}

/** Every file below the home folder. */
function files(): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(home, path)).isFile());
}

test('a report is written for its owner alone, with its real size, and can be read again', async () => {
  const reports = openReportFolder(folder);
  const { id, path, bytes } = await reports.write(file('2026/q3/shop.html'));
  expect([id, path]).toEqual(['2026/q3/shop.html', join(folder, '2026', 'q3', 'shop.html')]);
  expect(bytes).toBe(statSync(path).size);
  expect(bytes).toBe(11);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, '2026')).mode & 0o777).toBe(0o700);
  expect(await reports.read(id)).toBe('Übersicht\n');
  expect(await reports.read('2026/q4.html')).toBeNull();
  expect(files()).toEqual([join('reports', id)]);
  expect(await reports.list()).toEqual([id]);
});

describe('a path is refused, and no file is touched', () => {
  test.each([
    ['/etc/passwd.html'],
    ['../out.html'],
    ['a/../../out.html'],
    ['a/../b.html'],
    ['..\\out.html'],
    ['C:\\out.html'],
    ['c:out.html'],
    ['\\\\server\\share\\out.html'],
    ['~/out.html'],
    ['a\0.html'],
    ['a\n.html'],
    ['a\u202Elmth.html'],
    ['con.html'],
    ['NUL.html'],
    ['sub/com1.x.html'],
    ['.hidden.html'],
    ['a//b.html'],
    ['./a.html'],
    ['a/.html'],
    ['a /b.html'],
    ['a./b.html'],
    [''],
    ['   '],
    ['a.html/'],
    [`${'x'.repeat(300)}.html`],
    [`${'x/'.repeat(500)}a.html`],
    ['a.json'],
    ['a.html.exe'],
    ['a:stream.html'],
    ['a?.html'],
  ])('%j', async (path) => {
    const reports = openReportFolder(folder);
    for (const work of [reports.write, reports.check]) {
      const error = await refusal(work(file(path)));
      expect(error).toMatchObject({ kind: 'validation', code: 'invalid_report_path' });
      expect(error.facts.next).toMatch(/relative/);
    }
    expect(files()).toEqual([]);
  });
});

test('what is there is replaced only when that is said', async () => {
  const reports = openReportFolder(folder);
  await reports.write(file('a.html'));
  writeFileSync(join(folder, 'a.html'), 'mine');
  for (const work of [reports.write, reports.check]) {
    expect((await refusal(work(file('a.html')))).code).toBe('report_exists');
  }
  expect(readFileSync(join(folder, 'a.html'), 'utf8')).toBe('mine');
  await reports.write(file('a.html', true));
  expect(readFileSync(join(folder, 'a.html'), 'utf8')).toBe('Übersicht\n');
  expect(readdirSync(folder)).toEqual(['a.html']);
});

test('of two that write the same name at once, one is told', async () => {
  const reports = openReportFolder(folder);
  const ends = await Promise.allSettled(Array.from({ length: 8 }, () => reports.write(file('a.html'))));
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(['a.html']);
});

describe('links lead nowhere', () => {
  test.each([true, false])('a folder that is a link to outside is refused (overwrite: %s)', async (overwrite) => {
    const outside = join(home, 'outside');
    mkdirSync(outside);
    mkdirSync(folder);
    symlinkSync(outside, join(folder, 'sub'));
    const reports = openReportFolder(folder);
    expect((await refusal(reports.write(file('sub/a.html', overwrite)))).code).toBe('invalid_report_path');
    expect((await refusal(reports.check(file('sub/a.html', overwrite)))).code).toBe('invalid_report_path');
    expect(readdirSync(outside)).toEqual([]);
  });

  test('a file that is a link is neither written nor read', async () => {
    const secret = join(home, 'secret.html');
    writeFileSync(secret, 'secret');
    mkdirSync(folder);
    symlinkSync(secret, join(folder, 'a.html'));
    const reports = openReportFolder(folder);
    expect((await refusal(reports.write(file('a.html', true)))).code).toBe('invalid_report_path');
    expect((await refusal(reports.read('a.html'))).code).toBe('invalid_report_path');
    expect(readFileSync(secret, 'utf8')).toBe('secret');
  });

  test('a folder where a file should be is refused', async () => {
    mkdirSync(join(folder, 'a.html'), { recursive: true });
    expect((await refusal(openReportFolder(folder).write(file('a.html', true)))).code).toBe('invalid_report_path');
  });
});

test('a folder that cannot be made is an error of the place, not of the program', async () => {
  writeFileSync(folder, 'a file');
  const error = await refusal(openReportFolder(folder).write(file('a.html')));
  expect(error).toMatchObject({ kind: 'storage', code: 'report_not_written' });
  expect(existsSync(join(folder, 'a.html'))).toBe(false);
});
