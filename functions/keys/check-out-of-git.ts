import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { KeysNotPackedError } from '../model/keys-not-packed-error.ts';

/**
 * Keys in a work tree of git are one `git add .` away from everybody. Where git ignores the folder, they may be there.
 * @throws KeysNotPackedError
 */
export async function checkOutOfGit(folder: string): Promise<void> {
  const path = resolve(folder);
  const top = await findWorkTree(path);
  if (top === undefined || (await isIgnored(top, join(path, 'keys-001.json')))) return;
  throw new KeysNotPackedError(
    'the folder of --out is in a work tree of git, and keys must not get into it: give another one, or name it in .gitignore',
  );
}

// --- internal ---

async function findWorkTree(path: string): Promise<string | undefined> {
  for (let at = path; ; at = dirname(at)) {
    const isTop = await access(join(at, '.git')).then(
      () => true,
      () => false,
    );
    if (isTop) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** Where git can't be asked, it is not known to ignore anything. */
function isIgnored(top: string, file: string): Promise<boolean> {
  return new Promise((done) => {
    execFile('git', ['-C', top, 'check-ignore', '-q', '--', file], (error) => done(error === null));
  });
}
