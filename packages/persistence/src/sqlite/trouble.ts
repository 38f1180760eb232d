import { TestioError, type TestioErrorFacts } from '@testio-mcp/domain';
import { sqliteCode } from './busy.ts';

/** The store was made by a newer program: it holds migrations this one does not know. */
export function storeNewerThanProgram(file: string, unknown: readonly string[]): TestioError {
  return storage({
    code: 'store_newer_than_program',
    message: `The store ${file} was written by a newer version of testio-mcp: this one does not know ${unknown.join(', ')}. It was left as it is.`,
    next: 'Update it: npm install --global testio-mcp@latest. To stay with this version, choose another store file by TESTIO_DB_PATH.',
  });
}

/** The file is something else than a store. */
export function notAStore(file: string, what: string): TestioError {
  return storage({
    code: 'store_not_a_database',
    message: `${file} is not a store of testio-mcp: ${what}. It was left as it is.`,
    next: 'Choose another path for the store, or move this file away and sync again.',
  });
}

/** There is no file where the store should be. */
export function noStore(file: string): TestioError {
  return storage({
    code: 'store_missing',
    message: `There is no store ${file} yet.`,
    next: 'Run `testio-mcp sync` to fill it, or check TESTIO_HOME and the name of the customer.',
  });
}

/** What would be done needs the file for itself. */
export function storeInUse(file: string): TestioError {
  return new TestioError({
    kind: 'busy',
    code: 'store_in_use',
    message: `Another process has the store ${file} open: a server or another command.`,
    next: 'End the MCP clients and servers that use it, or say --wait SECONDS, and try again.',
    retryable: true,
  });
}

/** A copy would replace a file that exists. */
export function fileExists(file: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'file_exists',
    message: `The file ${file} exists already. It was left as it is.`,
    next: 'Choose another name, or say --overwrite to replace it.',
    field: 'file',
    received: file,
  });
}

/** A copy cannot be written where it is wanted. */
export function copyNotWritable(file: string, cause: unknown): TestioError {
  const code = sqliteCode(cause) ?? (cause instanceof Error ? systemCode(cause) : null);
  const isFull = code === 'SQLITE_FULL' || code === 'ENOSPC';
  return storage({
    code: isFull ? 'store_disk_full' : 'backup_not_written',
    message: `The copy ${file} could not be written: ${isFull ? 'the disk is full' : (code ?? 'unknown reason')}. The store was left as it is.`,
    next: isFull ? 'Free some space and try again.' : 'Check that its folder exists and that you may write there.',
    cause,
  });
}

/** The store was closed while somebody still wanted to use it. */
export function storeClosed(file: string): TestioError {
  return storage({ code: 'store_closed', message: `The store ${file} is closed.`, next: 'Open it again.' });
}

/** A unit of work inside another one would wait for itself for ever. */
export function nestedUnit(outer: string, inner: string): TestioError {
  return new TestioError({
    kind: 'internal',
    code: 'nested_unit_of_work',
    message: `store.${inner}() was called inside store.${outer}(). Units of work do not nest: pass the scope on instead.`,
    next: 'This is a mistake in the program; report it.',
  });
}

/** A read wanted to change something. */
export function writeInsideRead(cause: unknown): TestioError {
  return new TestioError({
    kind: 'internal',
    code: 'write_inside_read',
    message: 'A statement inside store.read() wanted to change the store. Only store.write() may.',
    next: 'This is a mistake in the program; report it.',
    cause,
  });
}

/** A migration left rows that refer to nothing. */
export function foreignKeysBroken(file: string, tables: readonly string[]): TestioError {
  return storage({
    code: 'store_corrupt',
    message: `The store ${file} holds rows that refer to missing ones, in: ${tables.join(', ')}.`,
    next: 'Move the file away and sync again: everything in it comes from the API.',
  });
}

/** A migration left things that search cannot find, or found things that are not there. */
export function searchIndexBroken(file: string): TestioError {
  return storage({
    code: 'store_corrupt',
    message: `The search index of the store ${file} does not hold what the store holds.`,
    next: 'Move the file away and sync again: everything in it comes from the API.',
  });
}

/**
 * Gives what SQLite threw the form of a TestioError. Everything else is passed through, constraint violations and wrong
 * SQL included: those are mistakes of ours and must not look like a broken disk.
 */
export function databaseTrouble(thrown: unknown, file: string): unknown {
  return translated(thrown, file, sqliteCode);
}

/** The same for what the file system threw while the store was being opened. */
export function openingTrouble(thrown: unknown, file: string): unknown {
  return translated(thrown, file, (error) => sqliteCode(error) ?? systemCode(error));
}

function translated(thrown: unknown, file: string, codeOf: (error: Error) => string | null): unknown {
  if (thrown instanceof TestioError) return thrown;
  for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    const code = codeOf(error);
    const facts = code === null ? null : factsOf(code, file);
    if (facts !== null) return storage({ ...facts, cause: thrown });
  }
  return thrown;
}

function systemCode(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

type Facts = Omit<TestioErrorFacts, 'kind'>;

function storage(facts: Facts): TestioError {
  return new TestioError({ kind: 'storage', ...facts });
}

function factsOf(code: string, file: string): Facts | null {
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return {
      code: 'store_busy',
      message: `Another process kept the store ${file} locked for too long.`,
      next: 'Try again; if it stays so, look for another testio-mcp process that hangs.',
      retryable: true,
    };
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return {
      code: 'store_corrupt',
      message: `The store ${file} is damaged.`,
      next: 'Move the file and those beside it that end in -wal and -shm away and sync again: everything in it comes from the API.',
    };
  }
  if (code === 'SQLITE_NOTADB') return notAStore(file, 'it is no SQLite database').facts;
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return {
      code: 'store_disk_full',
      message: `The disk that holds ${file} is full.`,
      next: 'Free some space and try again.',
    };
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS') {
    return {
      code: 'store_not_writable',
      message: `The store ${file} cannot be written.`,
      next: 'Check the permissions of the file and of its folder.',
    };
  }
  if (UNREADABLE.test(code)) {
    return {
      code: 'store_unreadable',
      message: `The store ${file} cannot be opened (${code}).`,
      next: 'Check that the path is right and that you may read and write the file and its folder.',
    };
  }
  return null;
}

const UNREADABLE =
  /^(SQLITE_(CANTOPEN|PERM|AUTH|IOERR)|E(ACCES|PERM|ISDIR|NOTDIR|NOENT|EXIST|LOOP|NAMETOOLONG|IO|MFILE)$)/;
