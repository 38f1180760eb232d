import type { Criterion } from '../criterion.ts';
import { closingLine, tests } from '../readings.ts';

/** What people and models meet. */
export const SURFACES: readonly Criterion[] = [
  tests({
    name: 'token-budgets',
    what: 'tools, schemas and answers fit their budgets',
    files: ['packages/insights/test/published-tools.test.ts'],
    minutes: 3,
  }),
  {
    name: 'conformance',
    what: 'the official conformance suite and the MCP Inspector',
    command: ['node', 'scripts/conformance.ts'],
    minutes: 6,
    read: closingLine,
  },
  {
    name: 'pages',
    what: 'every page in a browser',
    command: ['node', 'scripts/pages.ts'],
    minutes: 6,
    read: closingLine,
  },
  {
    name: 'demo',
    what: './dev demo answers through a real client and ends',
    command: ['testio-mcp', 'demo', '--json'],
    minutes: 3,
    read: ({ code, stdout, ms }) => {
      const { questions } = JSON.parse(stdout) as { questions: { ok: boolean }[] };
      const answered = questions.filter(({ ok }) => ok).length;
      const figure = `exit code ${code} after ${(ms / 1_000).toFixed(1)} s, ${answered} of ${questions.length} answered`;
      const isWhole = questions.length > 0 && answered === questions.length;
      return [{ figure, limit: 'exit code 0, every question', holds: code === 0 && isWhole }];
    },
  },
  tests({
    name: 'newcomer',
    what: 'the packed program, installed into an empty folder and set up by somebody who knows nothing of it',
    files: ['apps/cli/test/black-box/newcomer.test.ts', 'scripts/test/black-box/installed.test.ts'],
    minutes: 5,
  }),
  tests({
    name: 'secrets',
    what: 'the token reaches no log, error, store or answer',
    files: ['apps/mcp-server/test/black-box/secrets.test.ts', 'packages/api-client/test/secrets.test.ts'],
    minutes: 4,
  }),
  tests({
    name: 'evals',
    what: 'questions of people, answered as their authors expect',
    files: ['apps/mcp-server/test/black-box/evals.test.ts'],
    minutes: 3,
  }),
];
