import { type Entry, type Keychain, SERVICE } from './entry.ts';
import { locked, type ProgramEnd, runProgram, type Surroundings, unavailable } from './run-program.ts';

const PROGRAM = 'secret-tool';

/** The Secret Service of Linux desktops (GNOME Keyring, KWallet), by secret-tool of libsecret. */
export function secretService(surroundings: Surroundings): Keychain {
  const around = { ...surroundings, env: withSessionBus(surroundings.env) };
  const run = (args: readonly string[], input = ''): Promise<ProgramEnd> => runProgram(PROGRAM, args, input, around);

  /** It answers nothing where there is no entry, and where the question for the password was dismissed. */
  async function isThere(entry: Entry): Promise<boolean> {
    return (await run(['search', ...attributes(entry)])).stdout.trim() !== '';
  }

  return {
    async read(entry) {
      const { code, stdout, stderr } = await run(['lookup', ...attributes(entry)]);
      if (code === 0 && stdout !== '') return stdout;
      if (stderr.includes(COMPLAINT)) throw judged(stderr);
      if (await isThere(entry)) throw locked(DISMISSED);
      return null;
    },
    async write(entry, secret) {
      const { code, stderr } = await run(['store', `--label=${SERVICE}: ${entry.name}`, ...attributes(entry)], secret);
      if (code !== 0) throw judged(stderr);
    },
    async remove(entry) {
      const { code, stderr } = await run(['clear', ...attributes(entry)]);
      if (code === 0) return;
      if (stderr.includes(COMPLAINT)) throw judged(stderr);
      if (await isThere(entry)) throw locked(DISMISSED);
    },
  };
}

const COMPLAINT = `${PROGRAM}:`;
const DISMISSED = 'Nobody opened it when it asked for its password.';

function attributes({ name }: Entry): readonly string[] {
  return ['service', SERVICE, 'account', name];
}

function judged(stderr: string): Error {
  return /locked|dismissed|prompt/i.test(stderr) ? locked('It asks for its password.') : unavailable();
}

/** Some clients hand on next to nothing of the environment; the bus of a session has its usual place all the same. */
function withSessionBus(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env.DBUS_SESSION_BUS_ADDRESS || env.XDG_RUNTIME_DIR || process.getuid === undefined) return env;
  return { ...env, XDG_RUNTIME_DIR: `/run/user/${process.getuid()}` };
}
