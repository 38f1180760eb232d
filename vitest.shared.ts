import { fileURLToPath } from 'node:url';
import { configDefaults, defineProject, type TestProjectInlineConfiguration } from 'vitest/config';

/**
 * The configuration of tests, the same for one package as for all of them from the root. Packages resolve to their
 * sources, and no setting of the machine reaches a test.
 *
 * `test/*.test.ts` are quick and run in `./dev check`. `test/integration/` has what takes its time (whole syncs, long
 * properties) and `test/black-box/` what starts real programs: both run in `./dev test` only. `test/pages/` needs a
 * browser and runs in `./dev pages` only.
 */
export function testProject(name: string, besides: TestProjectInlineConfiguration['test'] = {}) {
  return defineProject({
    ssr: { resolve: { conditions: ['@testio-mcp/source'] } },
    test: {
      name,
      include: ['test/**/*.test.ts'],
      exclude: [...configDefaults.exclude, '**/test/pages/**'],
      setupFiles: ['vitest-setup', 'vitest-nothing-left'].map((file) =>
        fileURLToPath(new URL(`./scripts/${file}.ts`, import.meta.url)),
      ),
      // The files that one worker runs share its modules: loading them anew for each costs more than most tests.
      isolate: false,
      // Left to itself, vitest keeps one core free: half of a small machine.
      maxWorkers: '100%',
      testTimeout: 20_000,
      hookTimeout: 60_000,
      ...besides,
    },
  });
}
