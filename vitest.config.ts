import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Left to itself, vitest keeps one core free: half of a small machine.
  test: {
    maxWorkers: '100%',
    projects: ['packages/*', 'apps/*', 'examples/*', 'scripts', 'benchmarks'],
    // Counted only with --coverage: in the processes of the tests and in the programs that they start from sources.
    coverage: {
      provider: 'v8',
      autoAttachSubprocess: true,
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
      exclude: ['packages/sandbox/**'],
      reporter: ['json-summary', 'text-summary'],
      reportsDirectory: '.test-output/coverage',
    },
  },
});
