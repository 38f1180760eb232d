import { type Entry, type Keychain, SERVICE } from './entry.ts';
import { locked, type ProgramEnd, runProgram, type Surroundings, unavailable } from './run-program.ts';

const PROGRAM = 'security';
const NOT_FOUND = 44;
/** No window may be shown; the password was wrong; the question was dismissed. */
const CLOSED: readonly number[] = [36, 51, 128];

/** The login keychain of macOS, by `security`. */
export function macKeychain(around: Surroundings): Keychain {
  const run = (args: readonly string[], input = ''): Promise<ProgramEnd> => runProgram(PROGRAM, args, input, around);
  return {
    async read(entry) {
      const { code, stdout } = await run(['find-generic-password', ...named(entry), '-w']);
      if (code === 0) return stdout.trimEnd();
      if (code === NOT_FOUND) return null;
      throw failed(code);
    },
    async write(entry, secret) {
      // As a command on stdin, and as hexadecimal digits: neither the system nor a quotation mark can show or change it.
      const [service, account, label] = [SERVICE, entry.name, `${SERVICE}: ${entry.name}`].map(quoted);
      const digits = Buffer.from(secret).toString('hex');
      const { code } = await run(
        ['-i'],
        `add-generic-password -U -s ${service} -a ${account} -l ${label} -X ${digits}\n`,
      );
      if (code !== 0) throw failed(code);
    },
    async remove(entry) {
      const { code } = await run(['delete-generic-password', ...named(entry)]);
      if (code !== 0 && code !== NOT_FOUND) throw failed(code);
    },
  };
}

function named({ name }: Entry): readonly string[] {
  return ['-s', SERVICE, '-a', name];
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

function failed(code: number): Error {
  return CLOSED.includes(code) ? locked('It asks for its password.') : unavailable();
}
