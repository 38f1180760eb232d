import { settingsHelp } from '@testio-mcp/runtime';

/** The page that `testio-mcp-server --help` prints. */
export function helpPage(): string {
  return `testio-mcp-server: the MCP server of testio-mcp, without its other commands.

Usage: testio-mcp-server [flags]

It speaks MCP on stdin and stdout, which is how clients start it, and ends when stdin is closed; or it serves MCP, REST and a
status page over HTTP until it is told to stop.

Flags:
  --transport KIND    stdio (the default) or http
  --host HOST         address that HTTP is served on, instead of TESTIO_HTTP_HOST
  --port PORT         its port, instead of TESTIO_HTTP_PORT; 0 picks a free one
  --env-file PATH     read settings from this file instead of config.env in the home folder
  --customer NAME     which customer's store to use
  --quiet             log errors only
  --version           print the version
  --help, -h          print this page

Settings come from flags, then the environment, then the file, then their defaults.

${settingsHelp()}
`;
}
