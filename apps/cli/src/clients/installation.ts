import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import { type Config, hasToken, SETTING_NAMES, SETTINGS } from '@testio-mcp/runtime';
import type { Invocation } from '../invocation.ts';
import { accountConfig } from '../session.ts';
import { CLIENTS, type Client, type ClientName, clientOf, type Entry, type HttpServer } from './clients.ts';
import { thisMachine } from './machine.ts';
import { ownCommand, temporaryParts } from './own-command.ts';

/** What is asked of `install` and `uninstall` besides the client. */
export interface InstallOptions {
  readonly transport?: 'stdio' | 'http' | undefined;
  /** Address of the MCP endpoint of a server that runs elsewhere; means HTTP. */
  readonly url?: string | undefined;
  /** What the client calls the server. */
  readonly name?: string | undefined;
  /** Another file than the client's usual one. */
  readonly file?: string | undefined;
}

/** How a client will be told of this server. */
export interface Installation {
  readonly name: ClientName;
  readonly client: Client;
  /** What the client calls the server. */
  readonly server: string;
  readonly file: string;
  readonly entry: Entry;
  /** What the user should know or do besides. */
  readonly notes: readonly string[];
}

/**
 * Works out how a client is told of this server. Reads the configuration, not the client's file.
 *
 * @param config what is configured, or will be; null for the demo
 * @throws TestioError `transport_not_supported`, `invalid_url`; what is wrong with the configuration
 */
export function planInstallation(
  invocation: Invocation,
  name: ClientName,
  options: InstallOptions,
  config: Config | null = invocation.demo ? null : accountConfig(invocation),
): Installation {
  const client = clientOf(name);
  const isHttp = options.url !== undefined || options.transport === 'http';
  const told = isHttp ? overHttp(client, config, options.url) : overStdio(client, invocation, config);
  return { name, ...placeOf(invocation, client, givenCustomer(config), options), ...told };
}

/**
 * Where this server stands in a client's file, by the rule that `install` names it by. No configuration is read: a server can be
 * removed whatever became of it.
 */
export function planRemoval(invocation: Invocation, name: ClientName, options: InstallOptions): Place {
  const { env, demo } = invocation;
  const said = invocation.customer?.trim() || env[SETTINGS.customerName.variable]?.trim();
  return placeOf(invocation, clientOf(name), demo ? null : (said?.normalize('NFC') ?? null), options);
}

type Place = Pick<Installation, 'client' | 'server' | 'file'>;

function placeOf(invocation: Invocation, client: Client, customer: string | null, options: InstallOptions): Place {
  const file = options.file === undefined ? usualFile(client, invocation.env) : resolve(options.file);
  return { client, server: options.name ?? serverName(invocation, customer), file };
}

/** The file of a client on this machine. */
export function usualFile(client: Client, env: NodeJS.ProcessEnv): string {
  return client.file(thisMachine(env, namesIn));
}

/** Whether a client seems to be on this machine: it has its file, or the folder of it. */
export function isHere(client: Client, env: NodeJS.ProcessEnv): boolean {
  const file = usualFile(client, env);
  return existsSync(file) || (dirname(file) !== homedir() && existsSync(dirname(file)));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const SERVER = 'testio-mcp';

function serverName({ demo }: Invocation, customer: string | null): string {
  return [SERVER, ...(demo ? ['demo'] : []), ...(customer === null ? [] : [customer])].join('-');
}

/** The customer that was chosen for this command; null where the configuration itself says which one it is. */
function givenCustomer(config: Config | null): string | null {
  return config !== null && ['flag', 'environment'].includes(config.origins.customerName) ? config.customerName : null;
}

type Told = Pick<Installation, 'entry' | 'notes'>;

/** Variables that decide what the configuration is, or that Node needs before it reads one. None of them is a secret. */
const HANDED_ON = ['TESTIO_HOME', 'NODE_EXTRA_CA_CERTS'] as const;

function overStdio(client: Client, { env, envFile, demo }: Invocation, config: Config | null): Told {
  const customer = givenCustomer(config);
  const args = [
    'serve',
    ...(demo ? ['--demo'] : []),
    ...(customer === null ? [] : ['--customer', customer]),
    ...(envFile === undefined ? [] : ['--env-file', resolve(envFile)]),
  ];
  const handedOn = HANDED_ON.flatMap((name) => {
    const value = env[name]?.trim();
    return value ? [[name, name === 'TESTIO_HOME' && config !== null ? config.home : value]] : [];
  });
  // An entry that is called after a customer answers about that one alone.
  const alone = customer === null ? [] : [[SETTINGS.servedCustomers.variable, customer]];
  const command = ownCommand(args, Object.fromEntries([...handedOn, ...alone]));
  return {
    entry: client.stdioEntry(command),
    notes: [
      ...temporaryParts().map((part) => TEMPORARY[part]),
      ...(config === null ? [] : unseenSettings(client, config)),
    ],
  };
}

const TEMPORARY = {
  program:
    'This program runs from the cache of npx, which may be emptied: run npm install --global testio-mcp, then install again.',
  Node: 'This Node lies in the cache of npx, which may be emptied: install Node 22.19 or newer, then install again with it.',
};

/** What the server would lack that the client starts, because it stands in the environment of this shell alone. */
function unseenSettings({ title }: Client, config: Config): string[] {
  const unseen = SETTING_NAMES.filter((name) => config.origins[name] === 'environment' && !KNOWN_ELSEWHERE.has(name));
  const notes: string[] = [];
  if (!hasToken(config)) notes.push('No API token is set yet: run testio-mcp setup.');
  if (unseen.length > 0) {
    const names = unseen.map((name) => SETTINGS[name].variable).join(', ');
    notes.push(
      `${title} does not see what only this shell's environment has: ${names}. Put it into the configuration file ${config.configFile}; testio-mcp setup does that for the token.`,
    );
  }
  return notes;
}

const KNOWN_ELSEWHERE: ReadonlySet<string> = new Set(['home', 'customerName']);

function overHttp(client: Client, config: Config | null, given: string | undefined): Told {
  if (client.httpEntry === null) throw onlyStdio(client);
  const own = `http://${hostText(config?.httpHost ?? '127.0.0.1')}:${config?.httpPort ?? 8080}/mcp`;
  const url = given === undefined ? own : httpUrl(given);
  const server: HttpServer = { url, asksForSecret: (config?.httpToken ?? null) !== null || !isLoopback(url) };
  const notes = given === undefined ? ['The server must run: testio-mcp serve --transport http.'] : [];
  if (server.asksForSecret) {
    notes.push(
      client.inputs === undefined
        ? `${client.title} sends the secret of the server from its environment: set TESTIO_HTTP_TOKEN where it is started.`
        : `${client.title} asks for the secret of the server when it connects first.`,
    );
  }
  return { entry: client.httpEntry(server), notes };
}

function hostText(host: string): string {
  if (['0.0.0.0', '::', '[::]'].includes(host)) return '127.0.0.1';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function httpUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url.href;
  throw new TestioError({
    kind: 'validation',
    code: 'invalid_url',
    message: '--url must be an http or https address without user name and password.',
    next: 'Give the address of the MCP endpoint, such as https://testio.example.com/mcp.',
    field: 'url',
  });
}

function onlyStdio({ title }: Client): TestioError {
  const others = Object.values(CLIENTS).filter(({ httpEntry }) => httpEntry !== null);
  return new TestioError({
    kind: 'validation',
    code: 'transport_not_supported',
    message: `${title} starts its servers itself; its file has no entry for one over HTTP.`,
    next: `Leave out --transport and --url. Over HTTP: ${others.map((client) => client.title).join(', ')}.`,
    field: 'transport',
    accepted: ['stdio'],
  });
}
