import { mergeConfig } from 'vitest/config';
import { testProject } from './vitest.shared.ts';

/** All tests as one project: a worker loads what they share once, not once for each package. */
const everything = testProject('workspace', {
  include: ['{packages,apps,examples}/*/test/**/*.test.ts', '{scripts,benchmarks}/test/**/*.test.ts'],
});

export default mergeConfig(everything, {
  test: {
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
