/* The command `testio-sandbox`. Its one line on stdout is for the program that started it. */
import { parseArgs } from 'node:util';
import { OptionError, type SandboxOptions } from './options.ts';
import { startSandbox } from './sandbox.ts';

const USAGE =
  'usage: testio-sandbox [--port 0] [--seed N] [--size small|medium|large] [--latency-ms N] [--now ISO] [--token TEXT]';

function read(args: readonly string[]): SandboxOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      seed: { type: 'string' },
      size: { type: 'string' },
      'latency-ms': { type: 'string' },
      now: { type: 'string' },
      token: { type: 'string' },
    },
  });
  const { port, seed, size, now, token } = values;
  const latency = values['latency-ms'];
  return {
    ...(port === undefined ? {} : { port: wholeNumber('--port', port) }),
    ...(seed === undefined ? {} : { seed: wholeNumber('--seed', seed) }),
    ...(size === undefined ? {} : { size: sizeOf(size) }),
    ...(latency === undefined ? {} : { latencyMs: wholeNumber('--latency-ms', latency) }),
    ...(now === undefined ? {} : { now }),
    ...(token === undefined ? {} : { token }),
  };
}

function wholeNumber(flag: string, text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new OptionError(`${flag} must be a whole number.`);
  return Number(text);
}

function sizeOf(text: string): 'small' | 'medium' | 'large' {
  if (text === 'small' || text === 'medium' || text === 'large') return text;
  throw new OptionError('--size must be one of small, medium, large.');
}

/** The first sentence of an error, without the advice of the argument parser. */
function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split(/(?<=\.) |\n/)[0] ?? message;
}

async function run(args: readonly string[]): Promise<void> {
  let options: SandboxOptions;
  try {
    options = read(args);
  } catch (error) {
    process.stderr.write(`testio-sandbox: ${sentence(error)} (${USAGE})\n`);
    process.exitCode = 2;
    return;
  }
  try {
    const sandbox = await startSandbox(options);
    const stop = () => void sandbox.close();
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    process.stdout.write(`${JSON.stringify({ url: sandbox.url, token: sandbox.token, now: sandbox.now })}\n`);
  } catch (error) {
    process.stderr.write(`testio-sandbox: ${sentence(error)}\n`);
    process.exitCode = error instanceof OptionError ? 2 : 1;
  }
}

await run(process.argv.slice(2));
