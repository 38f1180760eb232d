import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundledNoOp, NO_OP } from './bundled-no-op.ts';
import { bounded, type Findings, milliseconds, told } from './figures.ts';
import { withFilledStores } from './filled-store.ts';
import { overall, ratios, spreadText, takeTurns } from './rounds.ts';

const ROUNDS = { rounds: 12, ms: 0, calls: 3 };
const MOST = 1.6;
const MIDDLE = 0.5;

const PACK = fileURLToPath(new URL('../scripts/pack.ts', import.meta.url));
const run = promisify(execFile);

const GREETING = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'benchmark', version: '1' } },
};

type Variables = Readonly<Record<string, string>>;

/**
 * How long the installed command takes from its start to the answered `initialize`, beside a server on the same SDK that does
 * nothing.
 */
export async function measureColdStart(): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'testio-benchmark-'));
  try {
    const [product, bundled] = [await installed(folder), await bundledNoOp(folder)];
    return await withFilledStores(['medium'], async (stores) => {
      const env = settings(stores.get('medium')?.home ?? '');
      const first = await startOf(product, env);
      const subjects = [product, bundled, NO_OP].map((file) => ({ name: file, run: () => startOf(file, env) }));
      const times = await takeTurns(subjects, ROUNDS);
      const [own = [], trivial = [], plain = []] = subjects.map(({ name }) => times.get(name) ?? []);
      const ratio = ratios(own, [trivial], MIDDLE);
      return {
        name: 'cold-start',
        title: 'Start of the installed command',
        method: `\`testio-mcp\` as npm installs it from the packed tarball, on a filled store of size medium, from the start of the process to the answered \`initialize\`; in turns with a server on the same SDK whose one tool does nothing, bundled as the product is, and from its files in node_modules. ${ROUNDS.rounds} rounds of ${ROUNDS.calls} starts; a ratio is the median of the rounds, with the least and the greatest. The product keeps its compiled code from one start to the next, the others do not.`,
        figures: [
          bounded('Start / bundled no-op server', spreadText(ratio), `<= ${MOST}`, ratio.median <= MOST),
          told('Start / no-op server from node_modules', spreadText(ratios(own, [plain], MIDDLE))),
          told('Start; the very first one', `${milliseconds(overall(own, MIDDLE))}; ${milliseconds(first)}`),
          told('No-op server, bundled', milliseconds(overall(trivial, MIDDLE))),
          told('No-op server from node_modules', milliseconds(overall(plain, MIDDLE))),
        ],
      };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Packs and installs the command as users do, and answers with its program file. */
async function installed(folder: string): Promise<string> {
  const { stdout } = await run(process.execPath, [PACK, '--to', folder, 'testio-mcp']);
  const prefix = join(folder, 'installed');
  const how = ['--global', '--prefix', prefix, '--ignore-scripts', '--prefer-offline', '--loglevel=error'];
  await run('npm', ['install', ...how, stdout.trim()], { env: { ...process.env, NODE_OPTIONS: '' } });
  return join(prefix, 'lib', 'node_modules', 'testio-mcp', 'bin', 'testio-mcp.js');
}

function settings(home: string): Variables {
  return {
    PATH: process.env.PATH ?? '',
    TESTIO_HOME: home,
    TESTIO_CUSTOMER_API_TOKEN: 'never-sent-0123456789',
    TESTIO_REFRESH_INTERVAL_SECONDS: '0',
  };
}

/** Milliseconds from the start of a program to its answer. */
async function startOf(program: string, env: Variables): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  child.stdin.write(`${JSON.stringify(GREETING)}\n`);
  for await (const line of createInterface({ input: child.stdout })) {
    const ms = performance.now() - began;
    const { result } = JSON.parse(line) as { result?: { serverInfo?: unknown } };
    if (result?.serverInfo === undefined) throw new Error(`${program} answered ${line}`);
    child.stdin.end();
    await closed;
    return ms;
  }
  throw new Error(`${program} ended before it answered.`);
}
