import { configDefaults } from 'vitest/config';
import { testProject } from './vitest.shared.ts';

/** The tests that need a browser, of all packages; one file at a time, because a browser takes a core for itself. */
export default testProject('pages', {
  include: ['{apps,packages}/*/test/pages/*.test.ts', 'scripts/test/pages/*.test.ts'],
  exclude: configDefaults.exclude,
  testTimeout: 120_000,
  hookTimeout: 180_000,
  fileParallelism: false,
});
