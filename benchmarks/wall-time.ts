import { bounded, type Findings, median, seconds, told } from './figures.ts';
import { inNewHome, measureCommand, startSandbox } from './processes.ts';
import type { RunRecord, SandboxBound } from './wire.ts';

const LATENCY_MS = 300;
const RUNS = 5;
/** So slow that the processor hardly counts: what is left is how well requests go side by side. */
const SLOW_LATENCY_MS = 1_500;
const AT_A_TIME = 10;
const LIMIT = 1.2;

interface TimedRun {
  readonly ratio: number;
  readonly wallMs: number;
  readonly floorMs: number;
  readonly cpuMs: number;
  readonly requests: number;
  readonly chain: number;
}

/** How long a first sync of a typical account takes where every answer takes its time. */
export async function measureWallTime(): Promise<Findings> {
  const runs = await timedRuns(LATENCY_MS, RUNS);
  const slow = await timedRuns(SLOW_LATENCY_MS, 1);
  const ratios = runs.map((run) => run.ratio);
  const ratio = median(ratios);
  const first = runs[0];
  const floor = `${seconds(first?.floorMs ?? 0)} (${first?.requests ?? 0} requests, chain of ${first?.chain ?? 0})`;
  return {
    name: 'wall-time',
    title: 'Time of a first sync of a typical account',
    method:
      `${RUNS} times \`testio-mcp sync\` from an empty store, from sources, of a sandbox of size medium that answers after ` +
      `${LATENCY_MS} ms, with ${AT_A_TIME} requests at a time. The floor is the greater of requests x latency / ${AT_A_TIME} and ` +
      'longest unavoidable chain x latency; the time is that of the run record. Processor time is that of the whole ' +
      'process, its start included. One more run with answers after ' +
      `${SLOW_LATENCY_MS} ms tells how well requests go side by side, whatever the processors are busy with.`,
    figures: [
      bounded('Time / floor, median', ratio.toFixed(2), `<= ${LIMIT}`, ratio <= LIMIT),
      told('Time / floor, each run', ratios.map((one) => one.toFixed(2)).join(', ')),
      ...slow.map((run) =>
        bounded(`Time / floor at ${SLOW_LATENCY_MS} ms`, run.ratio.toFixed(2), `<= ${LIMIT}`, run.ratio <= LIMIT),
      ),
      told('Time, median', seconds(median(runs.map((run) => run.wallMs)))),
      told('Floor', floor),
      told('Processor time, median', seconds(median(runs.map((run) => run.cpuMs)))),
    ],
  };
}

async function timedRuns(latencyMs: number, count: number): Promise<TimedRun[]> {
  const sandbox = await startSandbox(['--size', 'medium', '--latency-ms', String(latencyMs)]);
  try {
    const { chain } = await sandbox.control<SandboxBound>('bound');
    const runs: TimedRun[] = [];
    while (runs.length < count) {
      const { answer, usage } = await inNewHome((home) => measureCommand<RunRecord>(sandbox, home, ['sync', '--json']));
      const { duration_ms: wallMs, requests } = answer;
      const floorMs = Math.max((requests * latencyMs) / AT_A_TIME, chain * latencyMs);
      runs.push({ ratio: wallMs / floorMs, wallMs, floorMs, cpuMs: usage.cpuMs, requests, chain });
    }
    return runs;
  } finally {
    await sandbox.stop();
  }
}
