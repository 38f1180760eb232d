import { INSPECTOR } from './inspector.ts';
import { type Scenario, SUITE } from './suite.ts';

/** Scenarios that call a fixture and take any error of a server that lacks it for a success. */
const PASS_WITHOUT_FIXTURE: readonly string[] = ['tools-call-simple-text', 'tools-call-error'];

/** docs/conformance.md: what the official suite says about the shipped server, and about the same with its fixtures. */
export function conformancePage(shipped: readonly Scenario[], withFixtures: readonly Scenario[]): string {
  const rows = withFixtures.map((scenario) => {
    const alone = shipped.find(({ name }) => name === scenario.name);
    return `| ${scenario.name} | ${aloneText(alone)} | ${outcome(scenario)} |`;
  });
  const passed = withFixtures.reduce((sum, scenario) => sum + scenario.passed, 0);
  const failed = withFixtures.reduce((sum, scenario) => sum + scenario.failed, 0);
  return `# Conformance

<!-- Made by ./dev conformance --write; ./dev test fails when it is not what a run shows. -->

\`./dev conformance\` runs [${SUITE.packageName}](https://github.com/modelcontextprotocol/conformance) ${SUITE.version}, all its scenarios for servers, over
Streamable HTTP:

- against the server as it is shipped, with the data of the demo. Scenarios that ask for a tool, prompt or resource of the suite's own
  must fail there ([the list](../scripts/conformance/shipped-baseline.yml)); one that passes all the same fails the run;
- against the same server with those fixtures in it (\`apps/mcp-server/test/conformance/\`): own sessions, transports, guards, errors
  and progress. There nothing may fail: ${passed} checks pass, ${failed} fail.

| Scenario | Shipped server | With fixtures |
| --- | --- | --- |
${rows.join('\n')}

What the suite recommends in server-sse-polling, a first event without data, is sent to clients that speak protocol 2025-11-25; the scenario
speaks 2025-03-26, whose clients do not expect it.

Besides, the [MCP Inspector](https://github.com/modelcontextprotocol/inspector) ${INSPECTOR.version} lists tools, checks their schemas (\`--strict\`), calls
one and shows the error of one, over HTTP and over stdio, and is shown the same list over both.
`;
}

function aloneText(scenario: Scenario | undefined): string {
  if (scenario === undefined) return 'not run';
  if (scenario.failed > 0) return 'asks for a fixture';
  return PASS_WITHOUT_FIXTURE.includes(scenario.name)
    ? 'passes, but proves nothing without its fixture'
    : outcome(scenario);
}

function outcome({ passed, failed, warnings }: Scenario): string {
  const recommended = warnings === 0 ? '' : `, ${warnings} recommendations`;
  return failed > 0 ? `**${failed} failed**` : `${passed} passed${recommended}`;
}
