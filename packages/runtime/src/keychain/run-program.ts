import { cancelled, isSystemError, TestioError } from '@testio-mcp/domain';

/** Where and how long a program of the system is run. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Folders that are looked through after those of PATH: programs with windows start servers without one. */
  readonly folders: readonly string[];
  /** How long it may take before it is ended. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing else of the environment reaches such a program: a token may stand there under any name. */
const PASSED_ON = [
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'SystemRoot',
  'SystemDrive',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'TEMP',
  'TMP',
];

/**
 * Runs a program of the system to its end. What is secret goes to its stdin: command lines and environments can be seen.
 *
 * @throws TestioError `keychain_program_missing`; `keychain_locked` when it does not end in time, as while it waits for a password
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  input: string,
  { env, platform, folders, patienceMs, signal }: Surroundings,
): Promise<ProgramEnd> {
  const separator = platform === 'win32' ? ';' : ':';
  const passed = Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const path = [env.PATH ?? env.Path ?? '', ...folders].filter((part) => part !== '').join(separator);
  // Loaded only now: servers whose token stands in a file start without it.
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...passed, PATH: path },
      timeout: patienceMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    } as const;
    const child = execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (signal?.aborted === true) reject(cancelled());
      else if (isSystemError(error, 'ENOENT')) reject(missing(command));
      else if (error.killed === true) reject(locked(`It did not answer within ${patienceMs / SECOND_MS} s.`));
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      // Neither the command line nor what it was given stands in there, but nobody needs it.
      else reject(unavailable());
    });
    // A program that ends without reading is judged by its end.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

const SECOND_MS = 1_000;

const OR_FILE = 'or keep the token in the file: testio-mcp setup --token-only --no-keychain';

function missing(program: string): TestioError {
  const how =
    program === 'secret-tool' ? ' (Debian, Ubuntu: apt install libsecret-tools; Fedora: dnf install libsecret)' : '';
  return new TestioError({
    kind: 'configuration',
    code: 'keychain_program_missing',
    message: `The keychain is asked by the program ${program}, which is not on this machine.`,
    next: `Install it${how}, ${OR_FILE}.`,
  });
}

/** The keychain is there, and waits for somebody to open it. */
export function locked(why: string): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'keychain_locked',
    message: `The keychain of this system is locked, so the API token cannot be read or written. ${why}`,
    next: `Unlock it, as by signing in on the desktop, and try again, ${OR_FILE}.`,
    retryable: true,
  });
}

/** There is no keychain that could be asked. */
export function unavailable(): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'keychain_unavailable',
    message: 'No keychain answers here, as in a session without a desktop or in a container.',
    next: `Start testio-mcp in a session that has one, ${OR_FILE}.`,
    retryable: true,
  });
}
