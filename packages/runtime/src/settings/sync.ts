import { group, ofAccount, type Settings } from '../setting.ts';
import { ids, period, truth, wholeNumber } from '../setting-type.ts';

const sync = group('Sync');

/** Settings of what is synced, and when. */
export const SYNC_SETTINGS = {
  productIds: ofAccount(
    sync('TESTIO_PRODUCT_IDS', {
      type: ids,
      default: null,
      help: 'Products to sync; all of the account when absent.',
    }),
  ),
  syncSince: sync('TESTIO_SYNC_SINCE', {
    type: period,
    default: null,
    help: 'Period whose tests a sync on request reads when it names none; full syncs and those in the background read all.',
  }),
  refreshIntervalSeconds: sync('TESTIO_REFRESH_INTERVAL_SECONDS', {
    type: wholeNumber(0, 604_800),
    default: 3600,
    help: 'Longest pause between two syncs of a running server, in seconds; 0 switches syncs in the background off.',
  }),
  forceInitialSync: sync('TESTIO_FORCE_INITIAL_SYNC', {
    type: truth,
    default: false,
    help: 'Sync when the server starts, however fresh the store is.',
  }),
  cacheTtlSeconds: sync('CACHE_TTL_SECONDS', {
    type: wholeNumber(60, 86_400),
    default: 3600,
    help: 'Age in seconds beyond which an answer refreshes what it rests on.',
  }),
} as const satisfies Settings;
