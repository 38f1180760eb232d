import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { OptionError, startSandbox } from '@testio-mcp/sandbox';
import { describe, expect, onTestFinished, test } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/testio-sandbox.js', import.meta.url));

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(...flags: string[]): { child: ChildProcess; firstLine: Promise<string>; end: Promise<Outcome> } {
  const child = spawn(process.execPath, ['--conditions=@testio-mcp/source', BIN, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('\n')) resolve(stdout);
    });
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const end = once(child, 'close').then(
    ([code]: (number | null)[]): Outcome => ({ code: code ?? null, stdout, stderr }),
  );
  return { child, firstLine, end };
}

describe('testio-sandbox', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('says where it listens in one line and ends on %s', async (signal) => {
    const { child, firstLine, end } = start('--seed', '9', '--now', '2026-03-17T00:00:00Z', '--latency-ms=5');
    const line = JSON.parse(await firstLine);
    expect(line).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/customer\/v2$/),
      token: expect.stringMatching(/^\S{32,}$/),
      now: '2026-03-17T00:00:00Z',
    });
    const answer = await fetch(`${line.url}/products`, { headers: { authorization: `Token ${line.token}` } });
    expect(answer.status).toBe(200);
    await answer.text();
    child.kill(signal);
    const { code, stdout, stderr } = await end;
    expect([code, stdout.trim().split('\n').length, stderr]).toEqual([0, 1, '']);
  });

  test('refuses bad flags with one line and exit code 2', async () => {
    const outcomes = await Promise.all([
      start('--size', 'huge').end,
      start('--seed', 'abc', '--now', 'yesterday').end,
      start('--colour', 'red').end,
      start('--now', 'yesterday').end,
    ]);
    for (const { code, stdout, stderr } of outcomes) {
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^testio-sandbox: .+\n$/);
    }
  });

  test('says so when the port is taken', async () => {
    const one = start();
    const { port } = new URL(JSON.parse(await one.firstLine).url);
    const { code, stderr } = await start(`--port=${port}`).end;
    expect(code).toBe(1);
    expect(stderr).toContain(port);
  });
});

describe('startSandbox', () => {
  test.each([
    { port: 70_000 },
    { port: 1.5 },
    { seed: Number.NaN },
    { latencyMs: -5 },
    { latencyMs: 0.5 },
    { now: 'yesterday' },
    { now: '2026-02-30T00:00:00Z' },
    { token: 'two words' },
    { token: '' },
  ])('refuses %j', async (options) => {
    await expect(startSandbox(options)).rejects.toThrow(OptionError);
  });
});
