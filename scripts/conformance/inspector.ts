import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { findTool, type PinnedTool } from '../pinned-tool.ts';

export const INSPECTOR: PinnedTool = {
  packageName: '@modelcontextprotocol/inspector',
  version: '2.12.0',
  program: 'mcp-inspector',
};

const CALL_MS = 60_000;
/** The inspector's exit code for a tool that answered with an error. */
const TOOL_ERROR = 5;

export interface InspectorCheck {
  readonly what: string;
  readonly holds: boolean;
  readonly output: string;
}

/** Lists and calls tools of a server with the MCP Inspector, over HTTP and as a process over stdio. */
export async function inspect(address: string): Promise<InspectorCheck[]> {
  const program = await findTool(INSPECTOR);
  const home = mkdtempSync(join(tmpdir(), 'inspector-'));
  try {
    const checks: InspectorCheck[] = [];
    const listed: unknown[] = [];
    for (const [transport, target] of Object.entries(targets(address, home))) {
      const run = (...args: string[]) => runInspector(program, home, [...target, ...args]);
      const check = (what: string, { code, output }: Run, holds: (answer: Answer) => boolean, wanted = 0) => {
        const answer = parsed(output);
        const isWanted = code === wanted && answer !== undefined && holds(answer);
        checks.push({ what: `${what} over ${transport}`, holds: isWanted, output: `exit code ${code}\n${output}` });
        return answer;
      };
      const list = check('lists tools', await run('--method', 'tools/list'), ({ tools = [] }) => tools.length > 10);
      listed.push(list);
      check(
        'finds their schemas portable',
        await run('--method', 'tools/list', '--strict'),
        ({ tools = [] }) => tools.length > 10,
      );
      check(
        'calls a tool',
        await run('--method', 'tools/call', '--tool-name', 'list_products', '--tool-arg', 'per_page=2'),
        ({ structuredContent }) => structuredContent?.returned === 2,
      );
      check(
        'shows the error of a tool',
        await run('--method', 'tools/call', '--tool-name', 'get_test_summary', '--tool-arg', 'test_id=999999999'),
        ({ isError, _meta }) => isError === true && _meta?.['testio/error']?.code === 'test_not_found',
        TOOL_ERROR,
      );
    }
    const same = listed.every((list) => list !== undefined && isDeepStrictEqual(list, listed[0]));
    checks.push({ what: 'lists the same over both', holds: same, output: '' });
    return checks;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

interface Answer {
  readonly tools?: readonly unknown[];
  readonly structuredContent?: { readonly returned?: number };
  readonly isError?: boolean;
  readonly _meta?: { readonly 'testio/error'?: { readonly code: string } };
}

interface Run {
  readonly code: number;
  readonly output: string;
}

/** How the inspector is told where the server is. It hands no variable of ours to a server that it starts. */
function targets(address: string, home: string): Record<'HTTP' | 'stdio', string[]> {
  const env = [`TESTIO_HOME=${home}`, `NODE_OPTIONS=${process.env.NODE_OPTIONS ?? ''}`];
  return {
    HTTP: [`${address}/mcp`, '--transport', 'http'],
    stdio: ['testio-mcp', 'serve', '--demo', '--quiet', ...env.flatMap((pair) => ['-e', pair])],
  };
}

/** @param home where it keeps what it remembers, instead of the user's */
function runInspector(program: string, home: string, args: readonly string[]): Promise<Run> {
  const env = { ...process.env, HOME: home, USERPROFILE: home };
  // The first server over stdio fills a store of its own before it answers, which takes a busy machine longer than the usual 15 s.
  const always = ['--cli', '--connect-timeout', String(CALL_MS)];
  return new Promise((resolve) => {
    execFile(program, [...always, ...args], { env, cwd: home, timeout: CALL_MS, maxBuffer: 64e6 }, (error, stdout) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: error === null || stdout !== '' ? stdout : error.message });
    });
  });
}

function parsed(output: string): Answer | undefined {
  try {
    return JSON.parse(output) as Answer;
  } catch {
    return undefined;
  }
}
