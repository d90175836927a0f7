import { defineConfig } from 'vitest/config';

/** What a browser is needed for: `npm run test:browser`. */
// biome-ignore lint/style/noDefaultExport: vitest reads nothing else.
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
