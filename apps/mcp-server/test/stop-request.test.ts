import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { exitCodeOf, type StopRequest, watchForStop } from '../src/stop-request.ts';

let stdin: PassThrough;
let stdout: PassThrough;
let stop: StopRequest;
const exitNow = vi.fn<(code: number) => void>();
let signalListeners: number;

beforeEach(() => {
  exitNow.mockReset();
  signalListeners = process.listenerCount('SIGTERM');
  stdin = new PassThrough();
  stdout = new PassThrough();
  stop = watchForStop(stdin, stdout, exitNow);
});
afterEach(() => stop.dispose());

test('input that ends asks for an orderly end with 0', async () => {
  stdin.resume().end();
  expect(await stop.first).toBe('input-ended');
  expect(stop.reason).toBe('input-ended');
  expect(exitCodeOf('input-ended')).toBe(0);
  expect(stop.hurry.aborted).toBe(false);
});

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, code) => {
  test('asks for an orderly end with its code; the second one ends the process at once', async () => {
    process.emit(signal);
    expect(await stop.first).toBe(signal);
    expect(exitCodeOf(signal)).toBe(code);
    expect(stop.hurry.aborted).toBe(false);
    expect(exitNow).not.toHaveBeenCalled();
    process.emit(signal);
    expect(exitNow).toHaveBeenCalledExactlyOnceWith(code);
  });

  test('after the end of input decides the exit code and leaves no time for calls', async () => {
    stdin.resume().end();
    await stop.first;
    process.emit(signal);
    expect(stop.reason).toBe(signal);
    expect(stop.hurry.aborted).toBe(true);
    expect(exitNow).not.toHaveBeenCalled();
  });
});

test.each(['output-closed', 'connection-closed'] as const)('%s leaves nobody to finish calls for', async (reason) => {
  if (reason === 'output-closed') stdout.emit('error', new Error('EPIPE'));
  else stop.stop(reason);
  expect(await stop.first).toBe(reason);
  expect(stop.hurry.aborted).toBe(true);
});

test('leaves no listener for signals behind', () => {
  expect(process.listenerCount('SIGTERM')).toBe(signalListeners + 1);
  stop.dispose();
  expect(process.listenerCount('SIGTERM')).toBe(signalListeners);
});
