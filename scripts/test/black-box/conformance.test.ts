import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BASELINE, checkConformance } from '../../conformance/checks.ts';
import { runSuite } from '../../conformance/suite.ts';
import { serveDemo } from '../../served.ts';

/** Both tools are fetched first where they were never used. */
const MOST_MS = 900_000;

test('the official suite and the inspector find nothing, and the page says what they found', {
  timeout: MOST_MS,
}, async () => {
  const checks = await checkConformance({ write: false });
  expect(checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(checks).toHaveLength(12);
});

test('the baseline fails when it names what passes, and when it lacks what fails', { timeout: MOST_MS }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'baseline-'));
  const demo = await serveDemo();
  try {
    const judged = async (baseline: string) => {
      const file = join(folder, 'baseline.yml');
      writeFileSync(file, baseline);
      return runSuite(demo.address, file);
    };
    const baseline = readFileSync(BASELINE, 'utf8');
    const stale = await judged(`${baseline}  - ping\n`);
    expect([stale.holds, stale.output]).toEqual([false, expect.stringMatching(/Stale baseline[\s\S]+ping/)]);
    const short = await judged(baseline.replace('  - tools-call-image\n', ''));
    expect([short.holds, short.output]).toEqual([
      false,
      expect.stringMatching(/Unexpected failures[\s\S]+tools-call-image/),
    ]);
  } finally {
    await demo.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
