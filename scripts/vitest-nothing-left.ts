// At the end of every test file nothing is left that was opened in it: no unit of work, no store, no server, no program.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { type OpenThings, watchOpenThings } from './left-open.ts';

/** How long what was told to end may take to be gone. */
const PATIENCE_MS = 2_000;

// Files share one process, and this file runs once for each of them.
const shared = globalThis as typeof globalThis & { testioOpenThings?: OpenThings };
shared.testioOpenThings ??= watchOpenThings();
const open = shared.testioOpenThings;
let before: Record<string, number> = {};

beforeAll(() => {
  before = open.read();
});

afterAll(async () => {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end && JSON.stringify(open.read()) !== JSON.stringify(before)) await pause(10);
  expect(open.read(), 'left open by this file').toEqual(before);
});
