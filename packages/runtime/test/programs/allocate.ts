// Makes objects that live for a while, with a small heap when the first argument says so. Prints how large the space for new
// objects became, in bytes.
import { getHeapSpaceStatistics } from 'node:v8';
import { keepHeapSmall } from '../../src/small-heap.ts';

if (process.argv[2] === 'small') keepHeapSmall();
const kept: unknown[] = [];
const page = JSON.stringify(Array.from({ length: 2_000 }, (_, id) => ({ id, title: `Bug ${id}` })));
let largest = 0;
for (let made = 0; made < 300; made += 1) {
  kept.push(JSON.parse(page));
  if (kept.length > 20) kept.shift();
  const space = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
  largest = Math.max(largest, space?.space_size ?? Number.NaN);
}
process.stdout.write(String(largest));
