const OWN_FIELDS = new Set(['level', 'time', 'msg', 'err']);

/** Text with control characters is quoted: a line break inside it must not look like the next log line. */
function shown(value: unknown): string {
  return typeof value === 'string' && !/\p{Cc}/u.test(value) ? value : JSON.stringify(value);
}

function errorLines(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const { stack, message } = err as { stack?: unknown; message?: unknown };
  const text = stack ?? message;
  return `\n${typeof text === 'string' ? text : JSON.stringify(err)}`;
}

/** Renders one JSON log line for people: time, level, message, the other fields, and an error's stack below. */
export function textLine(line: string): string {
  const record = JSON.parse(line) as Record<string, unknown>;
  const fields = Object.entries(record)
    .filter(([name]) => !OWN_FIELDS.has(name))
    .map(([name, value]) => ` ${name}=${shown(value)}`);
  const head = `${shown(record.time)} ${shown(record.level).toUpperCase()} ${shown(record.msg ?? '')}`;
  return `${head}${fields.join('')}${errorLines(record.err)}\n`;
}
