import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Left to itself, vitest keeps one core free: half of a small machine.
  test: { maxWorkers: '100%', projects: ['packages/*', 'apps/*', 'examples/*', 'scripts'] },
});
