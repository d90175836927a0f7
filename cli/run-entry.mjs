import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// A checkout runs its sources; the package has what was built of them, and no sources.
const sources = new URL('./run-typescript.mjs', import.meta.url);

/** Runs the program at `entry`, a path from the project's root without its ending. */
export async function runEntry(entry) {
  if (!existsSync(sources)) {
    // As run-typescript.mjs does for the sources; beside the package, in the node_modules that it stands in.
    module.enableCompileCache?.(fileURLToPath(new URL('../../.cache/policy-sync/compiled', import.meta.url)));
    return import(new URL(`../dist/${entry}.mjs`, import.meta.url).href);
  }
  const { importTypeScript } = await import(sources.href);
  return importTypeScript(`${entry}.ts`);
}
