import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../infra/project-root.ts';
import { installedNode, npmInstall } from '../lambda-node.ts';

const VERSION = '4.0.2';

/** AWS's own runtime interface client, and the Node.js that it was compiled for. */
export type RuntimeClient = { readonly node: string; readonly file: string };

/**
 * Compiles AWS's client below `.tools/`, once: it takes about two minutes, a C++ compiler, make and cmake.
 * @throws Error that says what is missing
 */
export async function runtimeClient(): Promise<RuntimeClient> {
  const nodeFolder = await installedNode();
  const bin = join(nodeFolder, 'bin');
  const home = join(projectRoot(), '.tools', `aws-lambda-ric-${VERSION}`);
  const folder = join(home, 'node_modules/aws-lambda-ric');
  const compiled = join(folder, 'rapid-client.node');
  if (!existsSync(compiled)) {
    await npmInstall(home, `aws-lambda-ric@${VERSION}`, {
      ...process.env,
      PATH: [bin, process.env.PATH].join(':'),
      npm_config_nodedir: nodeFolder,
      npm_config_ignore_scripts: 'false',
    });
  }
  if (!existsSync(compiled)) {
    throw new Error(
      `aws-lambda-ric was not compiled: does this machine have g++, make and cmake? See ${home}`,
    );
  }
  return { node: join(bin, 'node'), file: join(folder, 'index.mjs') };
}
