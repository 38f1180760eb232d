import { bounded, type Findings, median, seconds, told } from './figures.ts';
import { inNewHome, measureCommand, startSandbox } from './processes.ts';
import type { RunRecord, SandboxBound } from './wire.ts';

const LATENCY_MS = 300;
const AT_A_TIME = 10;
const RUNS = 5;
const LIMIT = 1.2;

/** How long a first sync of a typical account takes where every answer takes its time. */
export async function measureWallTime(): Promise<Findings> {
  const sandbox = await startSandbox(['--size', 'medium', '--latency-ms', String(LATENCY_MS)]);
  try {
    const { chain } = await sandbox.control<SandboxBound>('bound');
    const runs: { ratio: number; wallMs: number; floorMs: number; cpuMs: number; requests: number }[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const { answer, usage } = await inNewHome((home) => measureCommand<RunRecord>(sandbox, home, ['sync', '--json']));
      const floorMs = Math.max((answer.requests * LATENCY_MS) / AT_A_TIME, chain * LATENCY_MS);
      const { duration_ms: wallMs, requests } = answer;
      runs.push({ ratio: wallMs / floorMs, wallMs, floorMs, cpuMs: usage.cpuMs, requests });
    }
    const ratios = runs.map((run) => run.ratio);
    const ratio = median(ratios);
    const first = runs[0];
    return {
      name: 'wall-time',
      title: 'Time of a first sync of a typical account',
      method:
        `${RUNS} times \`testio-mcp sync\` from an empty store, from sources, of a sandbox of size medium that answers after ` +
        `${LATENCY_MS} ms, with ${AT_A_TIME} requests at a time. The floor is the greater of requests x latency / ${AT_A_TIME} and ` +
        'longest unavoidable chain x latency; the time is that of the run record. Processor time is that of the whole process, its start included.',
      figures: [
        bounded('Time / floor, median', ratio.toFixed(2), `<= ${LIMIT}`, ratio <= LIMIT),
        told('Time / floor, each run', ratios.map((one) => one.toFixed(2)).join(', ')),
        told('Time, median', seconds(median(runs.map((run) => run.wallMs)))),
        told('Floor', `${seconds(first?.floorMs ?? 0)} (${first?.requests ?? 0} requests, chain of ${chain})`),
        told('Processor time, median', seconds(median(runs.map((run) => run.cpuMs)))),
      ],
    };
  } finally {
    await sandbox.stop();
  }
}
