import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../infra/project-root.ts';
import { runCommand } from '../deploy/run-command.ts';

/** An app of somebody else's, in a folder of its own, that has the package as npm installs it: no checkout, no sources. */
export type ForeignApp = {
  readonly root: string;
  /** The installed package. */
  readonly package: string;
  write(files: Readonly<Record<string, string>>): void;
  /**
   * The CDK beside it, which the package only asks for. A link to this project's own: it is large, and the registry may be
   * far away.
   */
  linkCdk(): void;
  /** Compiles with a plain tsc. @throws Error with what it said */
  compile(config: object): Promise<string>;
};

/** Packs as `npm pack` does for a release, and installs what comes out. The package depends on nothing, so no registry is asked. */
export async function openForeignApp(folder: string): Promise<ForeignApp> {
  const root = join(folder, 'foreign');
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  const npm = (cwd: string, ...args: string[]) =>
    runCommand('npm', args, { cwd, env: ownEnvironment(), deadlineMs: 240_000 });
  await npm(projectRoot(), 'pack', '--pack-destination', folder);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error('npm pack made no archive');
  write({ 'package.json': '{ "name": "foreign", "private": true }\n' });
  const quietly = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await npm(root, 'install', ...quietly, join(folder, archive));
  return {
    root,
    package: join(root, 'node_modules/policy-sync'),
    write,
    linkCdk: () => {
      for (const name of ['aws-cdk-lib', 'constructs'])
        symlinkSync(join(projectRoot(), 'node_modules', name), join(root, 'node_modules', name));
    },
    compile: (config) => {
      write({ 'tsconfig.json': JSON.stringify(config) });
      const tsc = join(projectRoot(), 'node_modules/typescript/bin/tsc');
      return runCommand(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], {
        cwd: root,
        deadlineMs: 240_000,
      });
    },
  };
}

/** The app: a stack that gives the construct what it has in hand, and uses what the construct gives. */
export const APP = `import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, type Dashboard, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { PolicySync, type PolicySyncProps, SettingsError } from 'policy-sync';

const app = new App();
const stack = new Stack(app, 'Foreign');
const policies = new Bucket(stack, 'Policies', { versioned: true });
if (policies.node.defaultChild instanceof CfnBucket)
  policies.node.defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
const props: PolicySyncProps = {
  existingBucket: policies,
  alarmTopic: new Topic(stack, 'OnCall'),
  secretsPrefix: 'foreign/portals/',
  allowedDestinations: ['DataStore'],
  tick: Duration.days(3),
  graceHours: Duration.hours(6),
  alarms: { failed: 3 },
  allowInsecureLoopback: true,
};
const policySync = new PolicySync(stack, 'PolicySync', props);
const fn: IFunction = policySync.function;
const bucket: IBucket = policySync.bucket;
const topic: ITopic | undefined = policySync.topic;
const dashboard: Dashboard = policySync.dashboard;
const held: IMetric = policySync.metric('HeldPortals', { period: Duration.minutes(5) });
new Alarm(stack, 'Held', { metric: held, threshold: 1, evaluationPeriods: 1 });
const outputs: Record<string, string> = {
  PolicyBucket: bucket.bucketName,
  FunctionName: fn.functionName,
  Queue: policySync.queue.queueUrl,
  Topic: topic?.topicArn ?? '',
  Dashboard: dashboard.dashboardName,
};
for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
try {
  new PolicySync(stack, 'Wrong', { ...props, memoryMb: 7 });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  stack.node.tryRemoveChild('Wrong');
}
app.synth();
`;

/** What a CDK project has in its tsconfig. */
export const NODE16 = {
  compilerOptions: {
    target: 'es2022',
    module: 'node16',
    moduleResolution: 'node16',
    // The CDK's own types need the second.
    lib: ['es2022', 'esnext.disposable'],
    strict: true,
    skipLibCheck: true,
    types: [],
    outDir: 'out',
  },
  files: ['app.ts'],
};

// --- internal ---

/** Without what an `npm test` around this says to the commands that it starts: the app is none of that project's. */
function ownEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
