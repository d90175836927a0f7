import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleFunction } from './bundle-function.ts';
import { BUILT_FUNCTION, FUNCTION_ENTRY, isCheckout, projectRoot } from './project-root.ts';

/**
 * Puts the function's code into `outdir`: bundled of the sources; in the package, which has no sources and no bundler, what
 * was bundled when it was made.
 * @returns the file that exports `handler`
 */
export function placeFunction(outdir: string): string {
  const root = projectRoot();
  if (isCheckout(root)) return bundleFunction(FUNCTION_ENTRY, outdir).file;
  cpSync(dirname(join(root, BUILT_FUNCTION)), outdir, { recursive: true });
  return join(outdir, 'index.mjs');
}
