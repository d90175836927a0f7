import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../infra/project-root.ts';
import { runCommand } from './run-command.ts';

/** The release that deployments of before were made with. */
const COMMIT = 'e985f08';

/** Whether this repository's history reaches back to it: a shallow clone's does not. */
export function hasPreviousRelease(): boolean {
  return spawnSync('git', ['cat-file', '-e', `${COMMIT}^{commit}`], { cwd: projectRoot() }).status === 0;
}

/**
 * Unpacks it, with the packages of today (but for what was bundled from them).
 * @returns its root
 */
export async function unpackPreviousRelease(folder: string): Promise<string> {
  const root = join(folder, 'release-before');
  const packages = join(root, 'node_modules');
  mkdirSync(packages, { recursive: true });
  const archive = join(folder, 'release-before.tar');
  await runCommand('git', ['archive', '--format=tar', '-o', archive, COMMIT], { deadlineMs: 60_000 });
  await runCommand('tar', ['-xf', archive, '-C', root], { deadlineMs: 60_000 });
  const from = join(projectRoot(), 'node_modules');
  for (const name of readdirSync(from)) {
    if (name !== '.cache') symlinkSync(join(from, name), join(packages, name));
  }
  return root;
}
