import { settingsHelp } from '@testio-mcp/runtime';

/** The page that `testio-mcp-server --help` prints. */
export function helpPage(): string {
  return `testio-mcp-server: the MCP server of testio-mcp, without its other commands.

Usage: testio-mcp-server [flags]

It speaks MCP on stdin and stdout, which is how clients start it, and ends when stdin is closed.

Flags:
  --transport stdio   the only transport of this version
  --env-file PATH     read settings from this file instead of config.env in the home folder
  --customer NAME     which customer's store to use
  --quiet             log errors only
  --version           print the version
  --help, -h          print this page

Settings come from flags, then the environment, then the file, then their defaults.

${settingsHelp()}
`;
}
