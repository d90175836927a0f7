import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * This project's folder: a checkout, or the package in somebody's node_modules. Looked for upwards, because this file may run
 * from its place, from a bundle in a cache, or from what the package is built of; the nearest one counts, whatever the
 * folders above it hold.
 * @throws Error where no folder above is one
 */
export function projectRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (isCheckout(folder) || existsSync(join(folder, BUILT_FUNCTION))) return folder;
    if (dirname(folder) === folder)
      throw new Error(`no folder above ${start} has ${FUNCTION_ENTRY} or ${BUILT_FUNCTION}`);
  }
}

/** Whether a project's folder has its sources: these count there, whatever was built of them before. */
export function isCheckout(root: string): boolean {
  return existsSync(join(root, FUNCTION_ENTRY));
}

/** The function's entry, from the project's root. It exports `handler`. */
export const FUNCTION_ENTRY = 'functions/handler.ts';

/** The function's bundle in the package, from its root. */
export const BUILT_FUNCTION = 'dist/function/index.mjs';
