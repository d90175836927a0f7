import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * This project's folder. Looked for upwards, because this file may run from its place or from a bundle in a cache.
 * @throws Error where no folder above has the function's entry
 */
export function projectRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, FUNCTION_ENTRY))) return folder;
    if (dirname(folder) === folder) throw new Error(`no folder above ${start} has ${FUNCTION_ENTRY}`);
  }
}

/** The function's entry, from the project's root. It exports `handler`. */
export const FUNCTION_ENTRY = 'functions/handler.ts';
