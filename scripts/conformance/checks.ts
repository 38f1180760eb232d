import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { serve, serveDemo } from '../served.ts';
import { ROOT } from '../step.ts';
import { inspect } from './inspector.ts';
import { conformancePage } from './page.ts';
import { runSuite } from './suite.ts';

export const BASELINE = fileURLToPath(new URL('shipped-baseline.yml', import.meta.url));
const FIXTURES = join(ROOT, 'apps', 'mcp-server', 'test', 'programs', 'conformance-fixtures.ts');
const PAGE = join(ROOT, 'docs', 'conformance.md');

/** One thing that must hold between our server and programs that others wrote. */
export interface Check {
  readonly what: string;
  readonly holds: boolean;
  /** What was seen, to be shown when it does not hold. */
  readonly output: string;
}

/**
 * Runs the official suite and the inspector.
 *
 * @param write writes the page instead of comparing it
 */
export async function checkConformance({ write }: { readonly write: boolean }): Promise<Check[]> {
  const demo = await serveDemo();
  try {
    const shipped = await runSuite(demo.address, BASELINE);
    const withFixtures = await onFixtures((address) => runSuite(address));
    const page = conformancePage(shipped.scenarios, withFixtures.scenarios);
    if (write) writeFileSync(PAGE, page);
    return [
      { what: 'the suite on the shipped server', ...shipped },
      { what: 'the suite on the server with fixtures', ...withFixtures },
      {
        what: 'docs/conformance.md (./dev conformance --write makes it)',
        holds: readFileSync(PAGE, 'utf8') === page,
        output: page,
      },
      ...(await inspect(demo.address)).map((check) => ({ ...check, what: `the inspector ${check.what}` })),
    ];
  } finally {
    await demo.stop();
  }
}

/** A server with the fixtures and an empty store; its API is a port where nobody listens. */
async function onFixtures<T>(work: (address: string) => Promise<T>): Promise<T> {
  const served = await serve(process.execPath, [FIXTURES], {
    TESTIO_CUSTOMER_API_BASE_URL: 'http://127.0.0.1:1/customer/v2',
    TESTIO_CUSTOMER_API_TOKEN: 'not-asked-for',
    TESTIO_REFRESH_INTERVAL_SECONDS: '0',
  });
  try {
    return await work(served.address);
  } finally {
    await served.stop();
  }
}
