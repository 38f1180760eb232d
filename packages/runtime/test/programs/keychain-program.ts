// Plays one of the programs by which systems give access to their keychains, as the real one behaves. Its first two arguments say which,
// and the folder of its state: entries.json, mode (how it is today) and calls.jsonl (what could be seen of each call from outside).
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';

const [program = '', state = '', ...args] = process.argv.slice(2);
const entriesFile = join(state, 'entries.json');
const read = (file: string, otherwise: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
};
const mode = read(join(state, 'mode'), 'open');
const entries: Record<string, string> = JSON.parse(read(entriesFile, '{}'));
const save = (): void => {
  if (mode !== 'forgets') writeFileSync(entriesFile, JSON.stringify(entries));
};
appendFileSync(join(state, 'calls.jsonl'), `${JSON.stringify({ program, args, env: process.env })}\n`);

const end = (code: number, out = '', complaint = ''): void => {
  process.stdout.write(out);
  process.stderr.write(complaint);
  process.exitCode = code;
};

const secretTool = async (): Promise<void> => {
  const [verb, ...words] = args.filter((word) => !word.startsWith('--label='));
  const key = words.join(' ');
  if (mode === 'absent') return end(1, '', 'secret-tool: Cannot autolaunch D-Bus without X11 $DISPLAY\n');
  if (verb === 'search') return end(0, key in entries ? '[/1]\nlabel = one\n' : '');
  if (mode === 'locked') {
    return verb === 'store' ? end(1, '', 'secret-tool: Cannot create an item in a locked collection\n') : end(1);
  }
  if (verb === 'lookup') return key in entries ? end(0, entries[key]) : end(1);
  if (verb === 'clear') {
    const was = key in entries;
    delete entries[key];
    save();
    return end(was ? 0 : 1);
  }
  entries[key] = await text(process.stdin);
  save();
};

const security = async (): Promise<void> => {
  if (mode === 'absent')
    return end(1, '', 'security: SecKeychainCopyDefault: A default keychain could not be found.\n');
  if (mode === 'locked') return end(36, '', 'security: User interaction is not allowed.\n');
  const words =
    args[0] === '-i'
      ? [...(await text(process.stdin)).matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
          ([, quoted, bare]) => bare ?? quoted ?? '',
        )
      : args;
  const after = (flag: string): string => words[words.indexOf(flag) + 1] ?? '';
  const key = `${after('-s')} ${after('-a')}`;
  if (words[0] === 'add-generic-password') {
    entries[key] = Buffer.from(after('-X'), 'hex').toString();
    return save();
  }
  if (!(key in entries)) return end(44, '', 'security: The specified item could not be found in the keychain.\n');
  if (words[0] === 'find-generic-password') return end(0, `${entries[key]}\n`);
  delete entries[key];
  save();
};

const powerShell = async (): Promise<void> => {
  const given = (await text(process.stdin)).trim();
  if (mode !== 'open' && mode !== 'forgets') return end(1, '', 'ConvertTo-SecureString : Key not valid for use.\n');
  const turned = (hex: string): string => [...hex].reverse().join('');
  if (args.at(-1)?.includes('-AsPlainText')) return end(0, `${turned(Buffer.from(given).toString('hex'))}\r\n`);
  return end(0, mode === 'forgets' ? '\r\n' : `${Buffer.from(turned(given), 'hex')}\r\n`);
};

if (mode === 'hangs') setInterval(() => undefined, 1_000);
else if (program === 'secret-tool') await secretTool();
else if (program === 'security') await security();
else await powerShell();
