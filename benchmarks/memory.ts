import { bounded, type Findings, megabytes, seconds, told } from './figures.ts';
import { inNewHome, measureCommand, startSandbox } from './processes.ts';
import type { RunRecord, SandboxCounts } from './wire.ts';

const LIMIT_BYTES = 300e6;

/** How much memory a first sync of a very large account takes. */
export async function measureMemory(): Promise<Findings> {
  const sandbox = await startSandbox(['--size', 'large']);
  try {
    const { counts } = await sandbox.control<SandboxCounts>('state');
    const { answer, usage } = await inNewHome((home) => measureCommand<RunRecord>(sandbox, home, ['sync', '--json']));
    const isWhole = answer.status === 'completed' || answer.status === 'partial';
    return {
      name: 'memory',
      title: 'Memory of a first sync of a very large account',
      method:
        'One `testio-mcp sync` from an empty store, from sources, of a sandbox of size large in another process on the same ' +
        'machine, without latency: the network never waits for the store, so as much as can be in flight is. Memory is ' +
        'the highest resident size in the life of the syncing process (`ru_maxrss`).',
      figures: [
        told('Account', `${counts.products} products, ${counts.tests} tests, ${counts.bugs} bugs`),
        bounded('Highest resident memory', megabytes(usage.maxRssBytes), '< 300 MB', usage.maxRssBytes < LIMIT_BYTES),
        bounded('Run', answer.status, 'completed or partial (poisoned tests)', isWhole),
        told('Requests, rows written', `${answer.requests}, ${answer.rows_written}`),
        told('Duration, processor time', `${seconds(answer.duration_ms)}, ${seconds(usage.cpuMs)}`),
      ],
    };
  } finally {
    await sandbox.stop();
  }
}
