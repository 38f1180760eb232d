import { fileURLToPath } from 'node:url';
import { configDefaults, defineProject, type TestProjectInlineConfiguration } from 'vitest/config';

/**
 * The configuration of one package's tests, the same whether they run alone or from the root. Packages resolve to their
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
      exclude: [...configDefaults.exclude, 'test/pages/**'],
      setupFiles: ['vitest-setup', 'vitest-nothing-left'].map((file) =>
        fileURLToPath(new URL(`./scripts/${file}.ts`, import.meta.url)),
      ),
      // The files of a package share their worker's modules: loading MikroORM anew for each costs more than most tests.
      isolate: false,
      testTimeout: 20_000,
      hookTimeout: 60_000,
      ...besides,
    },
  });
}
