import type { Criterion } from '../criterion.ts';
import { tests } from '../readings.ts';

/** Long campaigns, at their full size. `./dev test` runs them smaller. */
export const CAMPAIGNS: readonly Criterion[] = [
  tests({
    name: 'histories',
    what: '500 histories of an account: the store equals the API after each sync',
    files: ['packages/sync-engine/test/integration/histories.test.ts'],
    env: { HISTORIES: '500' },
    minutes: 18,
  }),
  tests({
    name: 'crashes',
    what: 'syncs killed at 200 points of a small account and 20 of a medium one',
    files: ['packages/sync-engine/test/integration/crash-matrix.test.ts'],
    env: { CRASH_POINTS: '200', CRASH_POINTS_MEDIUM: '20' },
    minutes: 15,
  }),
  tests({
    name: 'faults',
    what: 'every fault at every endpoint',
    files: ['packages/sync-engine/test/integration/fault-matrix.test.ts'],
    env: { FAULTS_EVERY: '1' },
    minutes: 10,
  }),
  tests({
    name: 'positions',
    what: 'an unreadable test at every position of a long list',
    files: ['packages/sync-engine/test/integration/long-products.test.ts'],
    env: { POSITIONS_EVERY: '1' },
    minutes: 15,
  }),
  tests({
    name: 'random-inputs',
    what: '10,000 random inputs of every tool',
    files: ['packages/insights/test/integration/garbage.test.ts'],
    env: { RANDOM_INPUTS: '10000' },
    minutes: 15,
  }),
  tests({
    name: 'metrics-oracle',
    what: 'metrics equal a second reading of 20 random stores',
    files: ['packages/insights/test/integration/metrics-oracle.test.ts'],
    env: { METRIC_STORES: '20' },
    minutes: 8,
  }),
  tests({
    name: 'change-walks',
    what: '200 walks through list_changes lose and repeat nothing',
    files: ['packages/insights/test/integration/change-walks.test.ts'],
    env: { CHANGE_WALKS: '200' },
    minutes: 6,
  }),
];
