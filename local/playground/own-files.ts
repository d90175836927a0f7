import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Files that this program writes into a folder where people work. What it wrote it may replace and take away; what
 * somebody else made or changed since stays as it is.
 */
export type OwnFiles = {
  /** @returns false where the file is somebody's: it stays */
  write(path: string, text: string): boolean;
  /** The same for many files. Of those below `folder` that were written before, the others go. */
  mirror(folder: string, files: ReadonlyMap<string, string>): void;
};

/** Opens a folder, and makes it where there is none. Paths are relative to it. */
export function openOwnFiles(root: string): OwnFiles {
  mkdirSync(root, { recursive: true });
  const book = join(root, BOOK);
  const written = readBook(book);
  const isOwn = (path: string) => {
    const file = join(root, path);
    return !existsSync(file) || (written.get(path) ?? []).includes(digestOf(readFileSync(file, 'utf8')));
  };
  const writeAll = (files: ReadonlyMap<string, string>) => {
    const own = [...files].filter(([path]) => isOwn(path));
    // Noted first, beside what is there now: whoever is killed in between has still written nothing but its own.
    for (const [path, text] of own)
      written.set(path, [...(written.get(path) ?? []).slice(-1), digestOf(text)]);
    writeBook(book, written);
    for (const [path, text] of own) replace(join(root, path), text);
    return own.length === files.size;
  };
  return {
    write: (path, text) => writeAll(new Map([[path, text]])),
    mirror: (folder, files) => {
      writeAll(files);
      const old = [...written.keys()].filter((path) => path.startsWith(`${folder}/`) && !files.has(path));
      for (const path of old) {
        if (isOwn(path)) rmSync(join(root, path), { force: true });
        written.delete(path);
      }
      writeBook(book, written);
    },
  };
}

// --- internal ---

/** The digests of what was written last, by path. */
const BOOK = '.written.json';

function readBook(path: string): Map<string, readonly string[]> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8'))));
  } catch {
    return new Map(); // none yet, or half a book: then all that is there is somebody's
  }
}

function writeBook(path: string, written: ReadonlyMap<string, readonly string[]>): void {
  replace(path, `${JSON.stringify(Object.fromEntries(written))}\n`);
}

/** Whole or not at all, and for nobody else to read: keys are among these files. */
function replace(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, text, { mode: 0o600 });
  renameSync(part, path);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
