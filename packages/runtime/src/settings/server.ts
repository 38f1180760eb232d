import { group, type Settings, secret } from '../setting.ts';
import {
  customerNames,
  decimal,
  hostNames,
  origins,
  plainText,
  token,
  toolNames,
  truth,
  wholeNumber,
} from '../setting-type.ts';

const server = group('Server');

/** Settings of who may ask the server, and for what. */
export const SERVER_SETTINGS = {
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
} as const satisfies Settings;
