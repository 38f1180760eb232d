import type { Step } from './step.ts';

/** The static checks that take seconds, or nothing when nothing changed. */
export const FAST_STEPS: readonly Step[] = [
  {
    name: 'format and lint',
    command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'],
    remedy: './dev format repairs most of it.',
  },
  // One program over all packages: each on its own would check the sources of those below it again.
  { name: 'types', command: ['turbo', 'run', '//#types', '--output-logs=errors-only'] },
  { name: 'import arrows', command: ['turbo', 'boundaries'] },
];

/** The rest of the static checks. */
export const SLOW_STEPS: readonly Step[] = [
  { name: 'nothing unused', command: ['knip', '--no-progress', '--no-config-hints'] },
  { name: 'build', command: ['turbo', 'run', 'build', '--continue', '--output-logs=errors-only'] },
];

/**
 * The quick tests of every package (neither test/integration nor test/black-box), each package's from turbo's cache when
 * nothing that it rests on has changed.
 */
export const UNIT_TESTS: Step = {
  name: 'quick tests',
  command: [
    'turbo',
    'run',
    'test',
    '--continue',
    '--output-logs=errors-only',
    '--',
    '--exclude=**/test/{black-box,integration}/**',
    '--passWithNoTests',
  ],
};
