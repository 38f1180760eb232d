import { readFileSync } from 'node:fs';
import { TestioError } from '@testio-mcp/domain';
import { readDotenv } from './dotenv-text.ts';

/**
 * Reads a configuration file in dotenv syntax.
 *
 * @param required false: a file that does not exist counts as empty.
 * @throws TestioError `config_file_unreadable`
 */
export function readConfigFile(file: string, required: boolean): Readonly<Record<string, string | undefined>> {
  try {
    return readDotenv(readFileSync(file, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    if (code === 'ENOENT' && !required) return {};
    throw new TestioError({
      kind: 'configuration',
      code: 'config_file_unreadable',
      message: `The configuration file ${file} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}.`,
      next: 'Check the path and who may read it.',
      field: 'env-file',
      cause: error,
    });
  }
}
