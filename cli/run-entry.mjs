import { existsSync } from 'node:fs';

// A checkout runs its sources; the package has what was built of them, and no sources.
const sources = new URL('./run-typescript.mjs', import.meta.url);

/** Runs the program at `entry`, a path from the project's root without its ending. */
export async function runEntry(entry) {
  if (!existsSync(sources)) return import(new URL(`../dist/${entry}.mjs`, import.meta.url).href);
  const { importTypeScript } = await import(sources.href);
  return importTypeScript(`${entry}.ts`);
}
