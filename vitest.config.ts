import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Left to itself, vitest keeps one core free: half of a small machine.
  test: {
    maxWorkers: '100%',
    projects: ['packages/*', 'apps/*', 'examples/*', 'scripts', 'benchmarks'],
    // Counted only with --coverage, and only inside the processes of the tests.
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
      exclude: ['packages/sandbox/**'],
      reporter: ['json-summary', 'text-summary'],
      reportsDirectory: '.test-output/coverage',
    },
  },
});
