import { existsSync } from 'node:fs';
import { TestioError } from '@testio-mcp/domain';
import { followLog, type LogEntry, type LogLevel, readLogEnd, serverLogFile } from '@testio-mcp/runtime';
import { EXIT } from '../exit-code.ts';
import { watchInterruption } from '../interruption.ts';
import type { Invocation } from '../invocation.ts';
import { accountConfig } from '../session.ts';

export interface LogsOptions {
  readonly follow?: true;
  readonly lines: number;
  readonly level: LogLevel;
}

/** Shows the end of the server's log, and with `follow` what comes to it until somebody interrupts. */
export async function logs(invocation: Invocation, { follow, lines, level }: LogsOptions): Promise<number> {
  const { output } = invocation;
  if (follow === true && output.json) throw noEnd();
  const file = serverLogFile(accountConfig(invocation));
  const wanted = { entries: lines, from: level };
  if (output.json) {
    const entries = readLogEnd(file, wanted);
    output.printJson({ file, lines: entries.map(({ record, text }) => record ?? { msg: text }) });
    return EXIT.done;
  }
  output.note(existsSync(file) ? file : `Nothing is logged yet in ${file}.`);
  const onEntry = ({ text }: LogEntry): void => output.print(text);
  if (follow !== true) {
    readLogEnd(file, wanted).forEach(onEntry);
    return EXIT.done;
  }
  const interruption = watchInterruption();
  try {
    await followLog(file, { ...wanted, signal: interruption.signal, onEntry });
    return interruption.exitCode() ?? EXIT.done;
  } finally {
    interruption.release();
  }
}

function noEnd(): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'follow_has_no_end',
    message: 'A log that is followed has no end, so it cannot be one JSON document.',
    next: 'Leave out --json or --follow; the file itself holds one JSON document a line.',
    field: 'follow',
  });
}
