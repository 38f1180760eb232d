import { applicationFolder, type Machine, pathOn } from './machine.ts';

/** A server that the client starts and speaks to over stdin and stdout. */
export interface StdioServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A server that runs by itself and is asked over HTTP. */
export interface HttpServer {
  readonly url: string;
  /** Whether it asks for the secret of TESTIO_HTTP_TOKEN. The secret itself never stands in a client's file. */
  readonly asksForSecret: boolean;
}

export type Entry = Readonly<Record<string, unknown>>;

/** A program that speaks MCP, and how it is told of a server. */
export interface Client {
  readonly title: string;
  /** The file with the servers of this user, in whatever project they work. */
  file(machine: Machine): string;
  readonly format: 'json' | 'toml';
  /** The member of the file that holds the servers by their names. */
  readonly servers: string;
  stdioEntry(server: StdioServer): Entry;
  /** Null for a client that only starts servers itself. */
  readonly httpEntry: ((server: HttpServer) => Entry) | null;
  /** A member of the file that lists what the client asks the user for; set where the secret is one of these. */
  readonly inputs?: { readonly member: string; readonly secret: Entry & { readonly id: string } };
  /** How the client notices the change, as a sentence. */
  readonly reload: string;
}

/** The variable that clients take the HTTP server's secret from. */
const SECRET = 'TESTIO_HTTP_TOKEN';
const SECRET_INPUT = 'testio-http-token';

/** Every client that `install` knows, by the name it is called there. */
export const CLIENTS = {
  'claude-desktop': {
    title: 'Claude Desktop',
    file: (machine) => pathOn(machine, claudeDesktopFolder(machine), 'claude_desktop_config.json'),
    format: 'json',
    servers: 'mcpServers',
    stdioEntry: commandEntry,
    httpEntry: null,
    reload: 'Quit Claude Desktop completely, also from the tray or menu bar, and start it again.',
  },
  'claude-code': {
    title: 'Claude Code',
    file: (machine) => pathOn(machine, machine.env.CLAUDE_CONFIG_DIR || machine.homeDir, '.claude.json'),
    format: 'json',
    servers: 'mcpServers',
    stdioEntry: (server) => ({ type: 'stdio', ...commandEntry(server) }),
    httpEntry: ({ url, asksForSecret }) => ({ type: 'http', url, ...bearer(asksForSecret, `\${${SECRET}}`) }),
    reload: 'Start a new session of Claude Code; /mcp lists its servers.',
  },
  cursor: {
    title: 'Cursor',
    file: (machine) => pathOn(machine, machine.homeDir, '.cursor', 'mcp.json'),
    format: 'json',
    servers: 'mcpServers',
    stdioEntry: commandEntry,
    httpEntry: ({ url, asksForSecret }) => ({ url, ...bearer(asksForSecret, `\${env:${SECRET}}`) }),
    reload: 'Reload the window of Cursor, and switch the server on in its settings under MCP if it is off.',
  },
  vscode: {
    title: 'VS Code',
    file: (machine) => pathOn(machine, applicationFolder(machine), 'Code', 'User', 'mcp.json'),
    format: 'json',
    servers: 'servers',
    stdioEntry: (server) => ({ type: 'stdio', ...commandEntry(server) }),
    httpEntry: ({ url, asksForSecret }) => ({
      type: 'http',
      url,
      ...bearer(asksForSecret, `\${input:${SECRET_INPUT}}`),
    }),
    inputs: {
      member: 'inputs',
      secret: {
        type: 'promptString',
        id: SECRET_INPUT,
        description: 'Secret of the testio-mcp server',
        password: true,
      },
    },
    reload: 'VS Code notices by itself; the command "MCP: List Servers" starts the server and shows its log.',
  },
  gemini: {
    title: 'Gemini CLI',
    file: (machine) => pathOn(machine, machine.homeDir, '.gemini', 'settings.json'),
    format: 'json',
    servers: 'mcpServers',
    stdioEntry: commandEntry,
    // In this file `url` means the older SSE transport.
    httpEntry: ({ url, asksForSecret }) => ({ httpUrl: url, ...bearer(asksForSecret, `\${${SECRET}}`) }),
    reload: 'Start Gemini CLI anew; /mcp lists its servers.',
  },
  codex: {
    title: 'Codex',
    file: (machine) =>
      pathOn(machine, machine.env.CODEX_HOME || pathOn(machine, machine.homeDir, '.codex'), 'config.toml'),
    format: 'toml',
    servers: 'mcp_servers',
    stdioEntry: commandEntry,
    httpEntry: ({ url, asksForSecret }) => ({ url, ...(asksForSecret ? { bearer_token_env_var: SECRET } : {}) }),
    reload: 'Start Codex anew; /mcp lists its servers.',
  },
} as const satisfies Record<string, Client>;

export type ClientName = keyof typeof CLIENTS;

export const CLIENT_NAMES = Object.keys(CLIENTS) as readonly ClientName[];

/** The facts of one client. */
export function clientOf(name: ClientName): Client {
  return CLIENTS[name];
}

/**
 * Claude Desktop from the Windows installer reads a copy of its folder that Windows keeps for the package; the folder that the app
 * itself opens for editing is not the one it reads (anthropics/claude-code#26073).
 */
function claudeDesktopFolder(machine: Machine): string {
  const usual = pathOn(machine, applicationFolder(machine), 'Claude');
  if (machine.platform !== 'win32') return usual;
  const local = machine.env.LOCALAPPDATA || pathOn(machine, machine.homeDir, 'AppData', 'Local');
  const packages = pathOn(machine, local, 'Packages');
  const ofPackage = machine
    .list(packages)
    .filter((name) => name.startsWith('Claude_'))
    .map((name) => pathOn(machine, packages, name, 'LocalCache', 'Roaming', 'Claude'))
    .find((folder) => machine.list(folder).length > 0);
  return ofPackage ?? usual;
}

function commandEntry({ command, args, env }: StdioServer): Entry {
  return { command, args, ...(Object.keys(env).length === 0 ? {} : { env }) };
}

function bearer(asksForSecret: boolean, reference: string): Entry {
  return asksForSecret ? { headers: { Authorization: `Bearer ${reference}` } } : {};
}
