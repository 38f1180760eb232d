// ./dev extension [TARGET...] [--to FOLDER]: packs the command as an extension of Claude Desktop, one file per system and
// processor with the driver for it, into dist-packages/ or another folder. Prints the path of each on stdout.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Zippable, zipSync } from 'fflate';
import { EXTENSION_TARGETS, type ExtensionTarget, extensionManifest, OWN_TARGET } from './extension/manifest.ts';
import { ROOT } from './step.ts';

const DRIVER = realpathSync(join(ROOT, 'apps/cli/node_modules/better-sqlite3'));
/** The same files make the same bytes. */
const WRITTEN = new Date(2000, 0, 1);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });
const unknown = positionals.filter((name) => !EXTENSION_TARGETS.some((target) => target === name));
if (unknown.length > 0) {
  process.stderr.write(`There is no target ${unknown.join(', ')}; there are: ${EXTENSION_TARGETS.join(', ')}.\n`);
  process.exit(2);
}

const targets = EXTENSION_TARGETS.filter((target) => positionals.length === 0 || positionals.includes(target));
const folder = values.to === undefined ? join(ROOT, 'dist-packages') : resolve(values.to);
mkdirSync(folder, { recursive: true });

const unpacked = mkdtempSync(join(tmpdir(), 'testio-extension-'));
try {
  const packing = [join(ROOT, 'scripts/pack.ts'), '--to', unpacked, 'testio-mcp'];
  const tarball = execFileSync(process.execPath, packing, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  execFileSync('tar', ['-xzf', tarball.trim()], { cwd: unpacked });
  const program = filesBelow(join(unpacked, 'package'));
  for (const target of targets) process.stdout.write(`${writeExtension(target, program)}\n`);
} finally {
  rmSync(unpacked, { recursive: true, force: true });
}

function writeExtension(target: ExtensionTarget, program: Zippable): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'apps/cli/package.json'), 'utf8')) as { version: string };
  const manifest = `${JSON.stringify(extensionManifest(target, version), null, 2)}\n`;
  const bytes = zipSync({ 'manifest.json': Buffer.from(manifest), ...program, ...driver(target) }, { mtime: WRITTEN });
  const file = join(folder, `testio-mcp-${version}-${target}${target === OWN_TARGET ? '' : '-unverified'}.mcpb`);
  writeFileSync(file, bytes);
  return file;
}

/** What the driver runs with on one system; its sources and the binaries for others stay behind. */
function driver(target: ExtensionTarget): Zippable {
  const wanted = /^(package\.json|LICENSE|lib\/.+)$/;
  const files = Object.entries(filesBelow(DRIVER)).filter(
    ([path]) => wanted.test(path) || path === `prebuilds/${target}.node`,
  );
  return Object.fromEntries(files.map(([path, bytes]) => [`node_modules/better-sqlite3/${path}`, bytes]));
}

/** Contents by path, which has slashes on every system. */
function filesBelow(top: string): Record<string, Uint8Array> {
  const entries = readdirSync(top, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(top, path).split(sep).join('/'), readFileSync(path)];
    }),
  );
}
