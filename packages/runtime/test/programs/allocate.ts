// Makes objects that live for a while beside some that stay, with a small heap when the first argument says for what use. Prints as
// JSON how large, in bytes, the space for new objects became, and how much was used of that for old ones at most.
import { getHeapSpaceStatistics } from 'node:v8';
import { type HeapUse, keepHeapSmall } from '../../src/small-heap.ts';

const [, , use] = process.argv;
if (use !== undefined) keepHeapSmall(use as HeapUse);
const page = JSON.stringify(Array.from({ length: 2_000 }, (_, id) => ({ id, title: `Bug ${id}` })));
const stay: unknown[] = Array.from({ length: 500 }, () => JSON.parse(page));
const passing: unknown[] = [];
const largest = { newSpace: 0, oldUsed: 0 };
for (let made = 0; made < 1_500; made += 1) {
  passing.push(JSON.parse(page));
  if (passing.length > 100) passing.shift();
  const spaces = new Map(getHeapSpaceStatistics().map((space) => [space.space_name, space]));
  largest.newSpace = Math.max(largest.newSpace, spaces.get('new_space')?.space_size ?? Number.NaN);
  largest.oldUsed = Math.max(largest.oldUsed, spaces.get('old_space')?.space_used_size ?? Number.NaN);
}
if (stay.length === 0) throw new Error('What was to stay has gone.');
process.stdout.write(JSON.stringify(largest));
