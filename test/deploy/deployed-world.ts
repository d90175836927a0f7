import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { projectRoot } from '../../infra/project-root.ts';
import { type Fleet, startFleet } from '../../local/docspace/fleet.ts';
import { type CdkApp, cdkApp, type StackOutputs } from './cdk-app.ts';
import { LAMBDA_NODE_MAJOR, lambdaNode } from './lambda-node.ts';
import { certificateFiles, type Ministack, REGION, ROOT, startMinistack } from './ministack.ts';
import { runCommand } from './run-command.ts';
import { type SignedAnswer, type SignedCall, signedCall } from './signed-call.ts';

/** The real stack on an AWS that others wrote, IAM and TLS in force, and portals beside it. */
export type DeployedWorld = {
  readonly fleet: Fleet;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly cdk: CdkApp;
  readonly outputs: StackOutputs;
  readonly call: (call: SignedCall) => Promise<SignedAnswer>;
  /** Last lines of the emulator. */
  readonly emulatorLines: Ministack['lines'];
  /** Versions of Node.js that the function ran on, one for each process. */
  readonly nodeVersions: () => string[];
  /** Processes of the function that are alive. */
  readonly functionPids: () => number[];
  /** What was measured, by its name. */
  readonly figures: Map<string, number>;
  close(): Promise<void>;
};

/** What the test's deployment is set to. The tick is as short as it gets, so that the clock itself strikes once. */
export const DEPLOYMENT = {
  allowInsecureLoopback: 'true',
  allowedDestinations: 'Documents,DataStore,ThirdPartyConsumer:s3:acme-*',
  tick: 'rate(1 minute)',
} as const;

/** The world before anything is deployed in it. */
export type BareWorld = Omit<DeployedWorld, 'outputs' | 'close'>;

/**
 * Brings everything up. What was begun is ended where it fails.
 * @param deploy what is deployed first; the plain stack, if nothing is said
 */
export async function openDeployedWorld(
  portals: readonly string[],
  deploy: (world: BareWorld) => Promise<StackOutputs> = ({ cdk }) => cdk.deploy(DEPLOYMENT),
): Promise<DeployedWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-deploy-'));
  const ends: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const figures = new Map<string, number>();
    const { certFile, keyFile, cert, key } = certificateFiles(folder);
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    const node = await lambdaNode();
    const version = await runCommand(node, ['--version'], { deadlineMs: 30_000 });
    if (!version.startsWith(`v${LAMBDA_NODE_MAJOR}.`)) throw new Error(`${node} is ${version}`);

    const versions = join(folder, 'node-versions.txt');
    const ministack = await startMinistack({
      folder,
      strict: { certFile, keyFile },
      node,
      env: {
        NODE_OPTIONS: `--require=${join(projectRoot(), 'test/deploy/tell-version.cjs')}`,
        TELL_VERSION_IN: versions,
      },
    });
    ends.push(ministack.close);
    const fleet = await startFleet(portals.map((name) => ({ name })));
    ends.push(fleet.close);

    const cdk = cdkApp(ministack.url, certFile, folder);
    await timed(figures, 'bootstrap', () => cdk.bootstrap());
    const clients = openClients(ministack.url, cert);
    ends.push(clients.destroy);
    const bare: BareWorld = {
      ...clients,
      fleet,
      cdk,
      call: (call) => signedCall(ministack.url, call),
      emulatorLines: ministack.lines,
      nodeVersions: () => toldIn(versions).map(([version]) => version),
      functionPids: () =>
        toldIn(versions)
          .map(([, pid]) => pid)
          .filter((pid) => isStill(pid, versions)),
      figures,
    };
    const outputs = await timed(figures, 'deploy', () => deploy(bare));
    return { ...bare, outputs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Takes the time of something, under a name. */
export async function timed<T>(
  figures: Map<string, number>,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const result = await work();
  figures.set(`${name} (ms)`, Math.round(performance.now() - start));
  return result;
}

// --- internal ---

/** What each of the function's processes has told of itself. */
function toldIn(file: string): (readonly [version: string, pid: number])[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [version = '', pid] = line.split(' ');
      return [version, Number(pid)] as const;
    });
}

/** Whether a process is still the one that has told so: its number may be another's by now. */
function isStill(pid: number, file: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(file);
  } catch {
    return false;
  }
}

function openClients(url: string, ca: string) {
  const agent = new Agent({ ca, keepAlive: true });
  const config = {
    endpoint: url,
    region: REGION,
    credentials: ROOT,
    requestHandler: { httpsAgent: agent },
  };
  const s3 = new S3Client(config);
  const secrets = new SecretsManagerClient(config);
  const sns = new SNSClient(config);
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  return {
    s3,
    secrets,
    sns,
    sqs,
    destroy: () => {
      for (const client of [s3, secrets, sns, sqs]) client.destroy();
      agent.destroy();
    },
  };
}
