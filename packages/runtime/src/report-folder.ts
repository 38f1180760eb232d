import { link, lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isSystemError, systemErrorCode, TestioError } from '@testio-mcp/domain';
import type { ReportFile, ReportFolder, WrittenReport } from '@testio-mcp/insights';
import { reportPath } from './report-path.ts';
import { writeWholeFile } from './whole-file.ts';

const PRIVATE_FOLDER = 0o700;
const MOST_LISTED = 1_000;
const ENDINGS: readonly string[] = ['json', 'md', 'markdown', 'csv', 'html', 'htm'];

/**
 * The folder that reports are written to: nothing outside it, nothing through links, nothing replaced unasked.
 *
 * @param address where the addresses of its reports begin
 */
export function openReportFolder(folder: string, address = 'testio://reports/'): ReportFolder {
  return {
    async check({ path, extensions, overwrite }) {
      const names = reportPath(path, extensions);
      await refuseLinks(folder, names.slice(0, -1));
      await refuseOccupied(join(folder, ...names), names.join('/'), overwrite);
    },
    async write({ path, content, extensions, overwrite }: ReportFile): Promise<WrittenReport> {
      const names = reportPath(path, extensions);
      const target = join(folder, ...names);
      try {
        // Loaded only now: it comes with the database, which a command may not need.
        const { createPrivateFolder } = await import('@testio-mcp/persistence');
        createPrivateFolder(folder);
        await prepareFolders(folder, names.slice(0, -1));
        await refuseOccupied(target, names.join('/'), overwrite);
        const id = names.join('/');
        // Without `overwrite` it never replaces one that came meanwhile.
        await writeWholeFile(target, content, {
          name: overwrite ? undefined : (finished) => linkNew(finished, target, id),
        });
        return { id, uri: address + encodeURIComponent(id), path: target, bytes: Buffer.byteLength(content) };
      } catch (thrown) {
        throw thrown instanceof TestioError ? thrown : notWritten(target, thrown);
      }
    },
    async read(id) {
      const names = reportPath(id, ENDINGS);
      try {
        await refuseLinks(folder, names);
        return await readFile(join(folder, ...names), 'utf8');
      } catch (thrown) {
        if (thrown instanceof TestioError) throw thrown;
        if (isSystemError(thrown, 'ENOENT') || isSystemError(thrown, 'ENOTDIR') || isSystemError(thrown, 'EISDIR'))
          return null;
        throw thrown;
      }
    },
    async list() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(absent);
      return (entries ?? [])
        .filter((entry) => entry.isFile() && ENDINGS.some((ending) => entry.name.endsWith(`.${ending}`)))
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
        .sort()
        .slice(0, MOST_LISTED);
    },
  };
}

/** Creates the folders along the path. One that is there must be a folder, not a link to one. */
async function prepareFolders(root: string, names: readonly string[]): Promise<void> {
  let folder = root;
  for (const name of names) {
    folder = join(folder, name);
    await mkdir(folder, { mode: PRIVATE_FOLDER }).catch((thrown: unknown) => {
      if (!isSystemError(thrown, 'EEXIST')) throw thrown;
    });
    if (!(await lstat(folder)).isDirectory()) throw leadsAway(folder);
  }
}

async function refuseLinks(root: string, names: readonly string[]): Promise<void> {
  let path = root;
  for (const name of names) {
    path = join(path, name);
    const facts = await lstat(path).catch(absent);
    if (facts?.isSymbolicLink()) throw leadsAway(path);
  }
}

async function refuseOccupied(target: string, id: string, overwrite: boolean): Promise<void> {
  const there = await lstat(target).catch(absent);
  if (there === null) return;
  if (!there.isFile()) throw leadsAway(target);
  if (!overwrite) throw occupied(id);
}

/** Gives a finished file its name, unless another one has it by now. */
async function linkNew(unfinished: string, target: string, id: string): Promise<void> {
  try {
    await link(unfinished, target);
  } catch (thrown) {
    throw isSystemError(thrown, 'EEXIST') ? occupied(id) : thrown;
  }
}

/** Null for what is not there. */
function absent(thrown: unknown): null {
  if (isSystemError(thrown, 'ENOENT') || isSystemError(thrown, 'ENOTDIR')) return null;
  throw thrown;
}

function occupied(id: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'report_exists',
    message: `There is a report ${id} already.`,
    next: 'Choose another name, or say overwrite: true to replace it.',
    field: 'output_file',
    received: id,
  });
}

function leadsAway(path: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'invalid_report_path',
    message: `${path} is a link, or not what a report can be or lie in.`,
    next: 'Choose another name.',
    field: 'output_file',
  });
}

function notWritten(target: string, cause: unknown): TestioError {
  const code = systemErrorCode(cause) ?? 'unknown reason';
  return new TestioError({
    kind: 'storage',
    code: 'report_not_written',
    message: `The report could not be written to ${target} (${code}).`,
    next: 'Make room there or allow it, or set TESTIO_REPORTS_DIR to a folder that you may write to.',
    cause,
  });
}
