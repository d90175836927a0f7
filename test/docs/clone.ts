import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../infra/project-root.ts';
import { runCommand } from '../deploy/run-command.ts';

/** Puts a clone of this project into a folder: what git keeps of it, as it is now. */
export async function cloneInto(folder: string): Promise<void> {
  const files = await runCommand('git', ['ls-files', '-z'], { deadlineMs: 30_000 });
  for (const file of files.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(projectRoot(), file), join(folder, file));
  }
}

/**
 * Leaves what `npm ci` leaves there: this project's own packages, which that very command has installed. It asks no
 * registry, and nothing that a clone keeps beside its packages gets among this project's.
 */
export function installInto(folder: string): void {
  const packages = join(projectRoot(), 'node_modules');
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(packages).filter((each) => each !== '.cache'))
    symlinkSync(join(packages, name), join(folder, 'node_modules', name));
}
