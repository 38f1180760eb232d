import { existsSync, readFileSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isSystemError, systemErrorCode, TestioError } from '@testio-mcp/domain';
import { replaceFile } from '@testio-mcp/runtime';
import type { Client, Entry } from './clients.ts';
import { type JsonPath, readJson, removeFromJson, setInJson } from './json-text.ts';
import { readToml, removeFromToml, setInToml } from './toml-text.ts';

/** A client's file as it is and as it shall be. Nothing is written yet. */
export interface ClientChange {
  readonly file: string;
  /** Null when there is no file. */
  readonly before: string | null;
  /** Null when there is nothing to write. */
  readonly after: string | null;
  /** Whether the file has another server of this name, which it loses. */
  readonly replaces: boolean;
}

/** The servers that stand in a client's file, by their names. */
export function serversIn(client: Client, file: string): Readonly<Record<string, unknown>> {
  return membersOf(client, file, readText(client, file) ?? '').servers;
}

/**
 * Works out how a server comes into a client's file, or (null) out of it. All else in the file stays.
 *
 * @throws TestioError `client_file_unreadable`, `client_file_malformed`, `client_file_not_editable`
 */
export function planChange(client: Client, file: string, name: string, entry: Entry | null): ClientChange {
  const before = readText(client, file);
  const mark = before?.startsWith(BYTE_ORDER_MARK) === true ? BYTE_ORDER_MARK : '';
  const text = (before ?? '').slice(mark.length);
  const { document, servers, inputs } = membersOf(client, file, text);
  if (isDeepStrictEqual(servers[name], entry ?? undefined)) return { file, before, after: null, replaces: false };

  const { [name]: _, ...others } = servers;
  const wanted: Record<string, unknown> = {
    ...document,
    [client.servers]: entry === null ? others : { ...servers, [name]: entry },
  };
  let after = edit(client, text, [client.servers, name], entry);
  if (client.inputs !== undefined) {
    const { member, secret } = client.inputs;
    const needed = JSON.stringify(wanted[client.servers]).includes(`\${input:${secret.id}}`);
    const at = inputs.findIndex((each) => isObject(each) && each.id === secret.id);
    if (needed && at < 0) {
      wanted[member] = [...inputs, secret];
      after = edit(client, after, [member, inputs.length], secret);
    } else if (!needed && at >= 0) {
      wanted[member] = inputs.toSpliced(at, 1);
      after = edit(client, after, [member, at], null);
    }
  }
  // The text was edited by hand, as it were: it must say exactly what was meant.
  if (!isDeepStrictEqual(read(client, after)?.value, wanted)) throw notEditable(client, file);
  return { file, before, after: mark + after, replaces: entry !== null && servers[name] !== undefined };
}

/**
 * Writes a change, all of it or nothing. The file keeps its mode. What it was before the first change of ours is kept beside it.
 *
 * @returns where the replaced file is kept; null when there was none, or when a copy from before is there already
 * @throws TestioError `client_file_read_only`, `client_file_not_written`
 */
export async function writeChange(client: Client, { file, before, after }: ClientChange): Promise<string | null> {
  if (after === null) return null;
  try {
    if (before === null) return await replaceFile(file, after);
    const { mode } = await stat(file);
    if ((mode & OWNER_MAY_WRITE) === 0) throw readOnly(client, file);
    return await replaceFile(file, after, { keep: { content: before, ...COPY }, mode: mode & PERMISSIONS });
  } catch (thrown) {
    throw thrown instanceof TestioError ? thrown : notWritten(client, file, thrown);
  }
}

/**
 * Looks whether a change could be written, as far as that can be said without writing.
 *
 * @throws TestioError `client_file_read_only`, `client_file_not_written`
 */
export async function checkWritable(client: Client, { file, before, after }: ClientChange): Promise<void> {
  if (after === null) return;
  try {
    if (before === null) return await access(existingFolder(file), constants.W_OK);
    if (((await stat(file)).mode & OWNER_MAY_WRITE) === 0) throw readOnly(client, file);
    await access(file, constants.W_OK);
  } catch (thrown) {
    throw thrown instanceof TestioError ? thrown : notWritten(client, file, thrown);
  }
}

/** The nearest folder above a file that is there already. */
function existingFolder(file: string): string {
  const folder = dirname(file);
  return existsSync(folder) || folder === file ? folder : existingFolder(folder);
}

/** A server's entry as it stands in the client's file, with what it refers to. */
export function readableEntry(client: Client, name: string, entry: Entry): string {
  const text = edit(client, '', [client.servers, name], entry);
  const { inputs } = client;
  if (inputs === undefined || !text.includes(`\${input:${inputs.secret.id}}`)) return text.trimEnd();
  return edit(client, text, [inputs.member, 0], inputs.secret).trimEnd();
}

/** Clients make copies of their own, called `.backup` too (Claude Code does): ours must not take the place of one. */
const COPY = { ending: '.before-testio-mcp', replaces: false };
const BYTE_ORDER_MARK = '\uFEFF';
const OWNER_MAY_WRITE = 0o200;
const PERMISSIONS = 0o777;

interface Members {
  readonly document: Readonly<Record<string, unknown>>;
  readonly servers: Readonly<Record<string, unknown>>;
  readonly inputs: readonly unknown[];
}

function readText(client: Client, file: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return null;
    if (thrown instanceof TypeError) throw malformed(client, file, 'is not text in UTF-8');
    throw new TestioError({
      kind: 'configuration',
      code: 'client_file_unreadable',
      message: `The file of ${client.title}, ${file}, cannot be read (${systemCode(thrown)}).`,
      next: 'Check who may read it. Nothing was changed.',
      cause: thrown,
    });
  }
}

function read({ format }: Client, text: string): { readonly value: unknown } | null {
  return format === 'toml' ? readToml(text) : readJson(text);
}

function edit({ format }: Client, text: string, path: readonly [string, string | number], value: Entry | null): string {
  if (format === 'json')
    return value === null ? removeFromJson(text, path) : setInJson(text, path satisfies JsonPath, value);
  const names = [path[0], String(path[1])] as const;
  return value === null ? removeFromToml(text, names) : setInToml(text, [...names], value);
}

function membersOf(client: Client, file: string, text: string): Members {
  const content = read(client, text.replace(BYTE_ORDER_MARK, ''));
  if (content === null) throw malformed(client, file, `is not valid ${client.format.toUpperCase()}`);
  const document = content.value ?? {};
  if (!isObject(document)) throw malformed(client, file, 'does not hold an object');
  const servers = document[client.servers] ?? {};
  if (!isObject(servers) || document[client.servers] === null) {
    throw malformed(client, file, `has something else than servers under ${client.servers}`);
  }
  const inputs = client.inputs === undefined ? [] : (document[client.inputs.member] ?? []);
  if (!Array.isArray(inputs)) throw malformed(client, file, `has no list under ${client.inputs?.member}`);
  return { document, servers, inputs };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function systemCode(thrown: unknown): string {
  return systemErrorCode(thrown) ?? 'unknown reason';
}

const BY_HAND = 'Nothing was changed. Add --print to see the entry, and put it into the file by hand.';

function malformed({ title }: Client, file: string, what: string): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'client_file_malformed',
    message: `The file of ${title}, ${file}, ${what}.`,
    next: `Correct it, or move it away to begin with an empty one. ${BY_HAND}`,
  });
}

function notEditable({ title }: Client, file: string): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'client_file_not_editable',
    message: `The file of ${title}, ${file}, is written in a way that cannot be changed without touching other parts of it.`,
    next: BY_HAND,
  });
}

function readOnly({ title }: Client, file: string): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'client_file_read_only',
    message: `The file of ${title}, ${file}, is read-only.`,
    next: `Allow writing to it if you may. ${BY_HAND}`,
  });
}

function notWritten({ title }: Client, file: string, cause: unknown): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'client_file_not_written',
    message: `The file of ${title}, ${file}, cannot be written (${systemCode(cause)}).`,
    next: `Check who may write to it and to its folder. ${BY_HAND}`,
    cause,
  });
}
