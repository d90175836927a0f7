import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another playground works in the folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/**
 * Two playgrounds in one folder would replace each other's keys.
 * @returns how to let it go
 * @throws FolderInUseError
 */
export function claimFolder(folder: string): () => void {
  const file = join(folder, '.running');
  if (isHeld(file)) throw new FolderInUseError(`a playground runs there already (if not, remove ${file})`);
  writeFileSync(file, `${process.pid}\n`);
  return () => rmSync(file, { force: true });
}

// --- internal ---

/** Whether the process that wrote it is alive. */
function isHeld(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
