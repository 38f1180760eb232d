import { TestioError } from '@testio-mcp/domain';

const LONGEST_NAME_BYTES = 200;
const LONGEST_PATH_BYTES = 800;
/** Names that open a device on Windows, whatever comes after a dot. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i;
/** Characters that some system cannot have in a name, or that hide something. */
const FORBIDDEN = /[\p{Cc}\p{Cf}<>:"|?*\\]/u;

/**
 * Checks where a report is to be written. A path is relative, goes down only, and means the same on every system.
 *
 * @param extensions accepted ends of the name, without dot
 * @returns the names along the path, the file's last
 * @throws TestioError `invalid_report_path`
 */
export function reportPath(path: string, extensions: readonly string[]): string[] {
  const refuse = (problem: string) => invalidPath(path, problem, extensions);
  if (path.trim() === '') throw refuse('is empty');
  if (path.startsWith('~')) throw refuse('begins with ~');
  if (/^[/\\]/.test(path) || /^[a-z]:/i.test(path)) throw refuse('is not relative');
  if (FORBIDDEN.test(path)) throw refuse('holds a character that file names cannot have everywhere');
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) throw refuse('is too long');
  const names = path.normalize('NFC').split('/');
  for (const name of names) {
    if (name === '..') throw refuse('leads out of the reports folder');
    if (name === '' || name === '.') throw refuse('holds an empty name');
    if (name.startsWith('.')) throw refuse('holds a hidden name');
    if (/^\s|[.\s]$/u.test(name)) throw refuse('holds a name that begins with a blank, or ends with a blank or dot');
    if (isDeviceName(name)) throw refuse('names a device');
    if (Buffer.byteLength(name) > LONGEST_NAME_BYTES) throw refuse('holds a name that is too long');
  }
  const [, extension = ''] = /\.([^.]+)$/.exec(names.at(-1) ?? '') ?? [];
  if (!extensions.includes(extension.toLowerCase())) throw refuse('has another ending than its format');
  return names;
}

/** Whether a file of this name would be a device on Windows. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name.split('.')[0]?.trim() ?? '');
}

function invalidPath(path: string, problem: string, extensions: readonly string[]): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'invalid_report_path',
    message: `The path of the report ${problem}.`,
    next: `Give a name or a relative path that ends in ${extensions.map((one) => `.${one}`).join(' or ')}; it is taken from the reports folder.`,
    field: 'output_file',
    received: path.slice(0, LONGEST_PATH_BYTES),
  });
}
