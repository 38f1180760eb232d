import { defineProject } from 'vitest/config';

export default defineProject({
  ssr: { resolve: { conditions: ['@testio-mcp/source'] } },
  test: { name: 'runtime' },
});
