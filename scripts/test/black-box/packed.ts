import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { ROOT } from '../../step.ts';

const run = promisify(execFile);

/** A user's environment: nothing of the workspace reaches what was installed. */
export const USER_ENV: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
};

/** Packs packages of the workspace into a folder, as they are published, and answers with the paths of the tarballs. */
export async function pack(names: readonly string[], folder: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, [join(ROOT, 'scripts', 'pack.ts'), '--to', folder, ...names]);
  return stdout.trimEnd().split('\n');
}

/** Installs what users install, without running anybody's scripts. */
export async function npmInstall(args: readonly string[], cwd: string): Promise<void> {
  // How this machine reaches the registry (certificates, settings of npm) is its own affair.
  const env = { ...process.env, NODE_OPTIONS: '' };
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...args], {
    cwd,
    env,
  });
}

/** Runs a program to its end: exit code and what it wrote. */
export async function ended(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const options = { env: { ...USER_ENV, ...variables }, maxBuffer: 2 ** 26 };
  return run(program, args, options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (failed: { code?: number | string; stdout?: string; stderr?: string }) => {
      if (typeof failed.code !== 'number') throw failed;
      return { code: failed.code, stdout: failed.stdout ?? '', stderr: failed.stderr ?? '' };
    },
  );
}
