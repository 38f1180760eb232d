import { group, ofAccount, type Setting, secret } from './setting.ts';
import {
  customerNames,
  decimal,
  hostNames,
  httpAddress,
  ids,
  instant,
  oneOf,
  origins,
  path,
  period,
  plainText,
  productThresholds,
  proxyAddress,
  safeName,
  subdomain,
  timeZone,
  token,
  toolNames,
  truth,
  webLinks,
  wholeNumber,
} from './setting-type.ts';

const api = group('API');
const store = group('Store');
const sync = group('Sync');
const server = group('Server');
const reports = group('Reports');
const logs = group('Logs and clock');

const fraction = decimal(0, 1);

/** Every setting there is, defined once: parsing, help, the reference page and error messages are made from this. */
export const SETTINGS = {
  token: ofAccount(
    secret(
      api('TESTIO_CUSTOMER_API_TOKEN', { type: token, default: null, help: 'Token of the Test IO Customer API.' }),
    ),
  ),
  tokenSource: ofAccount(
    api('TESTIO_CUSTOMER_API_TOKEN_SOURCE', {
      type: oneOf(['settings', 'keychain']),
      default: null,
      help: 'keychain: while no token is set, it is read from the keychain of the system, where setup --keychain puts it.',
    }),
  ),
  apiBaseUrl: ofAccount(
    api('TESTIO_CUSTOMER_API_BASE_URL', {
      type: httpAddress,
      default: 'https://api.test.io/customer/v2',
      help: 'Address of the Customer API.',
    }),
  ),
  subdomain: ofAccount(
    api('TESTIO_SUBDOMAIN', {
      type: subdomain,
      default: null,
      help: "The part of your account's address before .test.io; setup finds the page with the tokens by it.",
    }),
  ),
  maxConcurrentRequests: api('MAX_CONCURRENT_API_REQUESTS', {
    type: wholeNumber(1, 50),
    default: 10,
    help: 'Requests to the API that may be in flight at once.',
  }),
  httpTimeoutSeconds: api('HTTP_TIMEOUT_SECONDS', {
    type: decimal(1, 300),
    default: 90,
    help: 'Seconds one request to the API may take.',
  }),
  httpsProxy: secret(api('HTTPS_PROXY', { type: proxyAddress, default: null, help: 'Proxy for requests to the API.' })),
  noProxy: api('NO_PROXY', {
    type: plainText,
    default: null,
    help: 'Hosts that are reached without the proxy, separated by commas.',
  }),

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

  httpHost: server('TESTIO_HTTP_HOST', {
    type: plainText,
    default: '127.0.0.1',
    help: 'Address the HTTP server listens on.',
  }),
  httpPort: server('TESTIO_HTTP_PORT', {
    type: wholeNumber(0, 65_535),
    default: 8080,
    help: 'Port the HTTP server listens on; 0 picks a free one.',
  }),
  httpToken: secret(
    server('TESTIO_HTTP_TOKEN', {
      type: token,
      default: null,
      help: 'Secret that HTTP clients must send; required as soon as the host is not loopback.',
    }),
  ),
  httpAllowedHosts: server('TESTIO_HTTP_ALLOWED_HOSTS', {
    type: hostNames,
    default: null,
    help: 'Further host names by which HTTP clients may reach the server, as behind a reverse proxy.',
  }),
  httpAllowedOrigins: server('TESTIO_HTTP_ALLOWED_ORIGINS', {
    type: origins,
    default: null,
    help: 'Web pages of these origins may ask the HTTP server.',
  }),
  httpStateless: server('TESTIO_HTTP_STATELESS', {
    type: truth,
    default: false,
    help: 'Serve MCP over HTTP without sessions: each request is answered by itself, and nothing is sent unasked.',
  }),
  httpMetrics: server('TESTIO_HTTP_METRICS', {
    type: truth,
    default: true,
    help: 'Serve figures for Prometheus at /metrics.',
  }),
  httpRequestsPerMinute: server('TESTIO_HTTP_REQUESTS_PER_MINUTE', {
    type: wholeNumber(0, 1_000_000),
    default: 6_000,
    help: 'Requests that one HTTP client may send in a minute; 0 sets no limit.',
  }),
  servedCustomers: server('TESTIO_SERVED_CUSTOMERS', {
    type: customerNames,
    default: null,
    help: 'Customers that a server answers about; all that are configured when absent.',
  }),
  enabledTools: server('ENABLED_TOOLS', {
    type: toolNames,
    default: null,
    help: 'Only these tools are offered, by name or by group: discover, summarise, analyse, operate.',
  }),
  disabledTools: server('DISABLED_TOOLS', {
    type: toolNames,
    default: null,
    help: 'These tools, by name or by group, are not offered.',
  }),
  readOnly: server('TESTIO_READ_ONLY', {
    type: truth,
    default: false,
    help: 'Offer only tools that change nothing on this machine either; syncs on request are no longer offered.',
  }),
  defaultPageSize: server('TESTIO_DEFAULT_PAGE_SIZE', {
    type: wholeNumber(1, 200),
    default: 100,
    help: 'Rows of a list when the caller asks for no number.',
  }),
  shutdownGraceSeconds: server('SHUTDOWN_GRACE_PERIOD_SECONDS', {
    type: decimal(1, 60),
    default: 10,
    help: 'Seconds the server has to finish its work when it is told to stop.',
  }),

  rejectionWarning: reports('PLAYBOOK_REJECTION_WARNING', {
    type: fraction,
    default: 0.2,
    help: 'Share of rejected bugs from which on health is a warning.',
  }),
  rejectionCritical: reports('PLAYBOOK_REJECTION_CRITICAL', {
    type: fraction,
    default: 0.35,
    help: 'Share of rejected bugs from which on health is critical.',
  }),
  autoAcceptanceWarning: reports('PLAYBOOK_AUTO_ACCEPTANCE_WARNING', {
    type: fraction,
    default: 0.2,
    help: 'Share of automatically accepted bugs from which on health is a warning.',
  }),
  autoAcceptanceCritical: reports('PLAYBOOK_AUTO_ACCEPTANCE_CRITICAL', {
    type: fraction,
    default: 0.4,
    help: 'Share of automatically accepted bugs from which on health is critical.',
  }),
  reviewWarning: reports('PLAYBOOK_REVIEW_WARNING', {
    type: fraction,
    default: 0.8,
    help: 'Share of reviewed bugs at and below which health is a warning.',
  }),
  reviewCritical: reports('PLAYBOOK_REVIEW_CRITICAL', {
    type: fraction,
    default: 0.6,
    help: 'Share of reviewed bugs at and below which health is critical.',
  }),
  productThresholds: ofAccount(
    reports('PLAYBOOK_PRODUCT_THRESHOLDS', {
      type: productThresholds,
      default: null,
      help: 'Bounds that single products have for themselves, in reports; what is not said holds as for all.',
    }),
  ),
  reportsDir: ofAccount(
    reports('TESTIO_REPORTS_DIR', {
      type: path,
      default: null,
      help: 'Folder of written reports, instead of <home>/reports.',
    }),
  ),
  webLinks: ofAccount(
    reports('TESTIO_WEB_LINKS', {
      type: webLinks,
      default: null,
      help: 'Where the web interface has pages about things, as bug=https://HOST/bugs/{id}; answers then carry web_url.',
    }),
  ),
  timeZone: reports('TESTIO_TIMEZONE', {
    type: timeZone,
    default: 'UTC',
    help: 'Zone in which days, weeks and months begin.',
  }),
  fiscalYearStart: reports('TESTIO_FISCAL_YEAR_START', {
    type: wholeNumber(1, 12),
    default: 1,
    help: 'Month in which fiscal years and their quarters begin. Periods such as 2026-Q3, FY2026, this year and ytd follow it, as do quarters and years that metrics are grouped by.',
  }),

  logLevel: logs('LOG_LEVEL', {
    type: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      warning: 'warn',
      critical: 'fatal',
    }),
    default: null,
    help: 'Least important lines that are logged. Unless set: warn on stderr, info in the log file.',
  }),
  logFormat: logs('LOG_FORMAT', {
    type: oneOf(['json', 'text']),
    default: null,
    help: 'Form of log lines. Unless set: text on a terminal, json elsewhere.',
  }),
  logFile: logs('LOG_FILE', {
    type: path,
    default: null,
    help: 'File that log lines are appended to, instead of <home>/logs/server.log of the server; commands write one only if this is set.',
  }),
  now: logs('TESTIO_NOW', {
    type: instant,
    default: null,
    help: 'Fixes the clock of answers and reports, never of leases and time-outs.',
  }),
} as const satisfies Record<string, Setting<never, never> | Setting<unknown, unknown>>;

/** Name of a setting inside the program. */
export type SettingName = keyof typeof SETTINGS;

type ValueOf<S> = S extends Setting<infer T, infer D> ? T | D : never;

/** The value of every setting, secrets wrapped. */
export type SettingValues = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> };

/** All names, in the order in which help and reference pages show them. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS) as SettingName[];
