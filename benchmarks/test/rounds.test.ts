import { expect, test } from 'vitest';
import type { KeptFindings } from '../kept-findings.ts';
import { sectionOf } from '../page.ts';
import { overall, ratios, spreadText, takeTurns } from '../rounds.ts';

test('subjects take turns round by round, after one call each that does not count', async () => {
  const calls: string[] = [];
  const subject = (name: string) => ({ name, run: () => void calls.push(name) });
  const times = await takeTurns([subject('a'), subject('b')], { rounds: 2, ms: 1_000, calls: 3 });
  expect(calls.join('')).toBe('abaaabbbaaabbb');
  expect([...times].map(([name, rounds]) => [name, rounds.map(({ length }) => length)])).toEqual([
    ['a', [3, 3]],
    ['b', [3, 3]],
  ]);
});

test('a slow subject is called a few times all the same, and a round does not go on for ever', async () => {
  let calls = 0;
  const slow = {
    name: 'slow',
    run() {
      calls += 1;
    },
  };
  await takeTurns([slow], { rounds: 1, ms: 0, calls: 40 });
  expect(calls).toBe(1 + 3);
});

test('ratios are those of the rounds, to the sum of the floors', () => {
  const ours = [
    [6, 6],
    [12, 12],
    [4, 4],
  ];
  const floors = [
    [
      [1, 1],
      [2, 2],
      [1, 1],
    ],
    [
      [1, 1],
      [2, 2],
      [1, 1],
    ],
  ];
  expect(ratios(ours, floors, 0.5)).toEqual({ median: 3, min: 2, max: 3 });
  expect(spreadText({ median: 3, min: 2, max: 3 })).toBe('3.00 (2.00 to 3.00)');
  expect(overall(ours, 0.95)).toBe(12);
});

test('a section tells what was measured, what was wanted, what was before, and on what machine', () => {
  const kept = (measured: string, isGood: boolean): KeptFindings => ({
    name: 'fake',
    title: 'A fake',
    method: 'Made up.',
    figures: [{ what: 'Ratio', measured, wanted: '<= 3', holds: isGood }],
    details: 'More of it.',
    at: '2026-03-17T12:00:00Z',
    machine: { cpu: 'Chip', cores: 2, memoryGb: 8, platform: 'linux x64', load: 0.5 },
    versions: { node: '24.0.0' },
  });
  const section = sectionOf(kept('3.5', false), kept('2.5', true));
  expect(section).toContain('| Ratio | 3.5 (missed) | <= 3 | 2.5 |');
  expect(section).toContain('2026-03-17, Node 24.0.0, Chip, 2 cores, 8 GB, linux x64; load average 0.5 at the end.');
  expect(section).toMatch(/^<!-- fake -->\n## A fake\n[\s\S]*\nMore of it\.\n<!-- end of fake -->\n$/);
  expect(sectionOf(kept('2', true), null)).toContain('| Ratio | 2 | <= 3 |  |');
});
