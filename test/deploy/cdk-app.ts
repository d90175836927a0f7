import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../infra/project-root.ts';
import { ACCOUNT, REGION, ROOT } from './ministack.ts';
import { runCommand } from './run-command.ts';

/** What `cdk deploy` tells of the stack. */
export type StackOutputs = {
  readonly PolicyBucket: string;
  readonly FunctionName: string;
  readonly Queue: string;
  /** Further ones, by their names. */
  readonly [name: string]: string;
};

/** The CDK's own command, on the real app. */
export type CdkApp = {
  /** What it runs in: whom it speaks to, and as whom. */
  readonly env: Readonly<Record<string, string | undefined>>;
  bootstrap(): Promise<void>;
  /**
   * @param settings context: names and values
   * @param root where the app is; this project, if nothing is said
   */
  deploy(settings: Readonly<Record<string, string>>, root?: string): Promise<StackOutputs>;
};

/** @param folder for all that it writes, also what it keeps at home */
export function cdkApp(url: string, certFile: string, folder: string): CdkApp {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CA_BUNDLE: certFile,
    NODE_EXTRA_CA_CERTS: certFile,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CI: 'true',
  };
  const cdk = (root: string, ...args: string[]) =>
    runCommand(
      process.execPath,
      [join(projectRoot(), 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices'],
      { env, cwd: root, deadlineMs: 240_000 },
    );
  return {
    env,
    bootstrap: async () => {
      // Asked for by name, so that no synthesis of the app is needed.
      await cdk(
        projectRoot(),
        'bootstrap',
        `aws://${ACCOUNT}/${REGION}`,
        '--app',
        '',
        '--output',
        join(folder, 'bootstrap'),
      );
    },
    deploy: async (settings, root = projectRoot()) => {
      const file = join(folder, 'outputs.json');
      const context = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const where = ['--output', join(folder, 'cdk.out'), '--outputs-file', file];
      await cdk(root, 'deploy', '--all', '--require-approval', 'never', ...context, ...where);
      // By the name of the stack, and there is one.
      const [outputs] = Object.values<StackOutputs>(JSON.parse(readFileSync(file, 'utf8')));
      if (!outputs) throw new Error('the stack has no outputs');
      return outputs;
    },
  };
}
