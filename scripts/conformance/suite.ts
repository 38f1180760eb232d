import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool, type PinnedTool } from '../pinned-tool.ts';

export const SUITE: PinnedTool = {
  packageName: '@modelcontextprotocol/conformance',
  version: '0.1.16',
  program: 'conformance',
};

/** It takes two seconds on an idle machine. */
const RUN_MS = 120_000;

/** How one scenario came out. */
export interface Scenario {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** What the suite would recommend besides. */
  readonly warnings: number;
}

/** What the suite says about one server. */
export interface SuiteRun {
  /** Whether what failed is just what the baseline says. */
  readonly holds: boolean;
  /** In the order in which they ran. */
  readonly scenarios: readonly Scenario[];
  /** What it printed. */
  readonly output: string;
}

/**
 * Runs every scenario of the official suite against a server.
 *
 * @param baseline a file that names the scenarios that must fail; one of them that passes is a failure, too
 */
export async function runSuite(address: string, baseline?: string): Promise<SuiteRun> {
  const program = await findTool(SUITE);
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const expected = baseline === undefined ? [] : ['--expected-failures', baseline];
    const args = ['server', '--url', `${address}/mcp`, '--suite', 'all', '--output-dir', folder, ...expected];
    const { holds, output } = await new Promise<{ holds: boolean; output: string }>((resolve) => {
      execFile(program, args, { timeout: RUN_MS }, (error, stdout, stderr) =>
        resolve({ holds: error === null, output: `${stdout}${stderr}` }),
      );
    });
    return { holds, output, scenarios: readScenarios(folder, output) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The suite leaves a folder for each scenario, named after it and the time. */
function readScenarios(folder: string, output: string): Scenario[] {
  const found = readdirSync(folder).map((entry): Scenario => {
    const [, name = entry] = /^server-(.+)-\d{4}-\d\d-\d\dT/.exec(entry) ?? [];
    const checks = JSON.parse(readFileSync(join(folder, entry, 'checks.json'), 'utf8')) as { status: string }[];
    const count = (wanted: string) => checks.filter(({ status }) => status === wanted).length;
    return { name, passed: count('SUCCESS'), failed: count('FAILURE'), warnings: count('WARNING') };
  });
  const order = (name: string) => output.indexOf(`Running scenario: ${name} `);
  return found.sort((a, b) => order(a.name) - order(b.name));
}
