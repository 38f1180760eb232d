// The server as it is shipped, with the fixtures of the conformance suite in it. Says where it listens on stderr, as the shipped
// one does, and ends by a signal.
import process from 'node:process';
import { createLogger, loadConfig, openRuntime } from '@testio-mcp/runtime';
import { serveHttp } from '../../src/serve-http.ts';
import { createFixtureServer } from '../conformance/fixture-server.ts';

const config = loadConfig({ env: process.env, flags: { httpPort: '0' } });
const runtime = await openRuntime(config, { logger: createLogger(config) });
process.exitCode = await serveHttp(
  runtime,
  (address) => process.stderr.write(`serves ${address}\n`),
  createFixtureServer,
);
