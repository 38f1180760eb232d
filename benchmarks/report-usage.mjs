// Loaded into a measured process before its program (`node --import`). When the process ends, it leaves what it used in the
// file named by BENCHMARK_USAGE_FILE. Nobody can tell it better: ru_maxrss is the kernel's own record.
import { writeFileSync } from 'node:fs';
import process from 'node:process';

const file = process.env.BENCHMARK_USAGE_FILE;
if (file !== undefined) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(
      file,
      JSON.stringify({ maxRssBytes: maxRSS * 1_024, cpuMs: Math.round((userCPUTime + systemCPUTime) / 1_000) }),
    );
  });
}
