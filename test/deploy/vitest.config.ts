import { defineConfig } from 'vitest/config';

/** What takes minutes, and the network once: none of it is in a plain `npm test`. One command a project. */
// biome-ignore lint/style/noDefaultExport: vitest reads nothing else.
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // What comes after a broken wire would only fail again, and slowly.
    bail: 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'deploy',
          include: ['test/deploy/**/*.deploy.ts'],
          globalSetup: 'test/deploy/prepare-tools.ts',
        },
      },
      { extends: true, test: { name: 'ric', include: ['test/deploy/**/*.ric.ts'], hookTimeout: 600_000 } },
    ],
  },
});
