import type { WriteCall } from '../call-texts.ts';

/** How to get the same answers without an assistant: from a shell, from a script, over HTTP. */
export function programmaticAccess(write: WriteCall): string {
  const example = write(['list_tests', { statuses: ['running'], per_page: 50 }]);
  const [name = 'NAME', input = '{}'] = (example ?? '').slice(1, -1).split(/ (.*)/s);
  return `# The same answers in scripts

Every tool can be asked from a shell and over HTTP too, with the same parameters, the same answers and the same errors.

## From a shell

\`\`\`sh
testio-mcp tools                          # what can be asked
testio-mcp tools --json                   # with the schemas of input and output
testio-mcp call ${name} '${input}' --json
testio-mcp tests list --status running    # friendlier commands for people: products, tests, bugs, users, search, …
testio-mcp bugs list --all --csv          # every page of a list as comma-separated values
testio-mcp status --json                  # how fresh and complete the local copy is
testio-mcp sync                           # bring it up to date
\`\`\`

\`--json\` prints one JSON document on stdout, exactly what a tool returns as structured content; everything else goes to stderr.
A failed call prints \`{"error": {"code", "message", "field", "accepted", "next", "retryable"}}\`: branch on \`code\`.

| Exit code | Meaning |
| --- | --- |
| 0 | done, complete |
| 1 | failed |
| 2 | wrong usage or configuration; nothing was done |
| 3 | done in part; what is missing is listed |
| 4 | another process is syncing the same copy |

\`--demo\` on any command uses seeded example data: no token, no network.

## Over HTTP

\`testio-mcp serve --transport http\` serves the same questions on 127.0.0.1:8080 unless told otherwise: \`/openapi.json\` describes the
routes, \`/api/v1/products\` is one of them, \`/health/ready\` says whether it can answer, \`/mcp\` speaks MCP. Reads are GET; \`ETag\` and
\`If-None-Match\` spare what has not changed. With TESTIO_HTTP_TOKEN set, send it as \`Authorization: Bearer\`.

## Writing a script that stays right

1. Read the schema of the question first (\`tools --json\` or \`/openapi.json\`) instead of guessing fields.
2. Go through a list with \`cursor\` until \`next_cursor\` is null. \`total\` says how many rows there are; check that you got them.
3. Keep \`as_of\` and \`completeness\` with whatever you store or show. If \`completeness.complete\` is false, say what is missing.
4. null is unknown, never 0. Rates carry \`numerator\` and \`n\`: add those up, do not average rates.
5. Ask for what changed in a fixed period, such as \`2026-Q3\` or \`2026-07-01..2026-07-31\`, when a result must be repeatable.
6. Never put the API token into the script: testio-mcp reads it from its configuration.
`;
}
