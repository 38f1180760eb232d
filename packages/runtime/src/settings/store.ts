import { group, ofAccount, type Settings } from '../setting.ts';
import { path, safeName, truth, wholeNumber } from '../setting-type.ts';

const store = group('Store');

/** Settings of where things are kept, and what is kept. */
export const STORE_SETTINGS = {
  home: store('TESTIO_HOME', {
    type: path,
    default: '~/.testio-mcp',
    help: 'Folder of stores, reports and the configuration file config.env.',
  }),
  customerName: store('TESTIO_CUSTOMER_NAME', {
    type: safeName,
    default: null,
    help: 'Which customer is asked about unless --customer says it; each has a store of its own.',
  }),
  customerId: ofAccount(
    store('TESTIO_CUSTOMER_ID', {
      type: wholeNumber(1, 999_999_999),
      default: null,
      help: "Number of the customer, as the older product had it; becomes part of the store's name.",
    }),
  ),
  dbPath: ofAccount(
    store('TESTIO_DB_PATH', {
      type: path,
      default: null,
      help: 'Store file of the selected customer, instead of <home>/stores/<customer>.db.',
    }),
  ),
  pseudonymise: store('TESTIO_PSEUDONYMISE', {
    type: truth,
    default: false,
    help: 'Keep testers under pseudonyms. Names that the store holds are replaced at the next start; switched off, names come back from the next full sync of all products on.',
  }),
  retentionDays: store('TESTIO_RETENTION_DAYS', {
    type: wholeNumber(30, 36_500),
    default: null,
    help: 'Days after its end from which on a test that is over is forgotten by the next sync, but for its status and dates; nothing is forgotten when absent. Raised or removed, tests come back from the next full sync on.',
  }),
} as const satisfies Settings;
