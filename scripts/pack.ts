// ./dev pack [NAME...] [--to FOLDER]: builds the packages that people install and packs them as they are published, all of
// them or those named, into dist-packages/ or another folder. Prints the path of each on stdout.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { MEMBER_NAMES, MEMBERS } from './import-arrows/table.ts';
import { withLock } from './launcher/lock.mjs';
import { ROOT } from './step.ts';

const PUBLISHED = MEMBER_NAMES.map((name) => MEMBERS[name]).filter(({ folder }) => !isPrivate(folder));

const { values, positionals: asked } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });
const unknown = asked.filter((name) => !PUBLISHED.some(({ packageName }) => packageName === name));
if (unknown.length > 0) {
  const names = PUBLISHED.map(({ packageName }) => packageName);
  process.stderr.write(`There is no package ${unknown.join(', ')}; there are: ${names.join(', ')}.\n`);
  process.exit(2);
}

const chosen = PUBLISHED.filter(({ packageName }) => asked.length === 0 || asked.includes(packageName));
const folder = values.to === undefined ? join(ROOT, 'dist-packages') : resolve(values.to);
mkdirSync(folder, { recursive: true });

// Two at once would build into the same folders.
await withLock(join(ROOT, 'node_modules', '.pack-lock'), 'packs', async () => {
  const filters = chosen.map(({ packageName }) => `--filter=${packageName}`);
  // What is no longer built would be packed with the rest.
  for (const { folder: own } of chosen) rmSync(join(ROOT, own, 'dist'), { recursive: true, force: true });
  run('turbo', ['run', 'build', '--output-logs=errors-only', ...filters], ROOT);
  for (const member of chosen) {
    const packed: unknown = JSON.parse(
      run('pnpm', ['pack', '--json', '--pack-destination', folder], join(ROOT, member.folder)),
    );
    process.stdout.write(`${(packed as { filename: string }).filename}\n`);
  }
});

function isPrivate(folder: string): boolean {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  return (manifest as { private?: boolean }).private === true;
}

/** Runs a program to its end; what it says besides its answer goes to stderr. */
function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
