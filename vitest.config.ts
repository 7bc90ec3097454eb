import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tiers by what they need. `--project unit` and so on runs one of them.
const database = { globalSetup: ['test/support/database-server.ts'] };

export default defineConfig({
  // What Node takes for the libraries that import graphql; Vite would give us its other build beside that one.
  resolve: {
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A forgotten `.only` fails. Biome's rule for it takes our function `fit` for a test.
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: { name: 'ort', include: ['test/ort/**/*.test.ts'], sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['test/{db,api,contracts}/**/*.test.ts'],
          sequence: { groupOrder: 2 },
          ...database,
        },
      },
      {
        extends: true,
        // Whole servers, one at a time.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          // As long as Playwright waits for what a test reads or clicks on; else it would be a second.
          expect: { poll: { timeout: 60_000 } },
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          ...database,
        },
      },
    ],
  },
});
