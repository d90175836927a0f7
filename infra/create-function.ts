import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, Duration, RemovalPolicy, Stage } from 'aws-cdk-lib';
import { SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  type FunctionProps,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { functionEnvironment, PRIVATE_CA_FILE } from './function-environment.ts';
import { placeFunction } from './place-function.ts';
import type { Settings } from './settings.ts';
import { isJoined, type JoinedVpc, type VpcProps } from './vpc-props.ts';

export type FunctionWorld = {
  readonly bucket: IBucket;
  readonly tickQueue: IQueue;
  readonly logGroup: LogGroup;
  readonly role: IRole;
  /** What its metrics belong to. */
  readonly deployment: string;
};

/** Its logs. */
export function createLogGroup(scope: Construct, { logRetentionDays, logKmsKey }: Settings): LogGroup {
  return new LogGroup(scope, 'Logs', {
    retention: logRetentionDays,
    ...(logKmsKey !== undefined && { encryptionKey: Key.fromKeyArn(scope, 'LogKey', logKmsKey) }),
    // They run out by themselves; until then they can explain why somebody removed the stack.
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/** The one function: uploads, ticks, and a tick's policies. */
export function createFunction(
  scope: Construct,
  settings: Settings,
  { bucket, tickQueue, logGroup, role, deployment }: FunctionWorld,
): LambdaFunction {
  return new LambdaFunction(scope, 'Function', {
    description: 'policy-sync: makes the backup schedules of DocSpace portals what the policies say',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(buildCode(scope, settings.privateCa)),
    timeout: Duration.seconds(settings.timeoutSeconds),
    memorySize: settings.memoryMb,
    environment: {
      ...functionEnvironment(settings, bucket.bucketName, {
        TICK_QUEUE_URL: tickQueue.queueUrl,
        DEPLOYMENT: deployment,
      }),
    },
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    ...(settings.vpc !== undefined && joinVpc(scope, settings.vpc)),
  });
}

// --- internal ---

/** Built here, where the CDK keeps what a synthesis makes; no Docker, and nothing in the sources' folders. */
function buildCode(scope: Construct, privateCa: string | undefined): string {
  const stage = Stage.of(scope);
  if (stage === undefined) throw new Error('a PolicySync stands in a stack of an app');
  const folder = join(stage.assetOutdir, `function-${scope.node.addr}`);
  mkdirSync(folder, { recursive: true });
  placeFunction(folder);
  if (privateCa !== undefined) writeFileSync(join(folder, PRIVATE_CA_FILE), privateCa);
  return folder;
}

function joinVpc(scope: Construct, vpc: VpcProps | JoinedVpc): Partial<FunctionProps> {
  if (!isJoined(vpc)) return joinByIds(scope, vpc);
  const { securityGroups } = vpc;
  return {
    vpc: vpc.vpc,
    ...(vpc.vpcSubnets !== undefined && { vpcSubnets: vpc.vpcSubnets }),
    // Without one the function gets its own, which lets everything out and nothing in.
    ...(securityGroups !== undefined && { securityGroups: [...securityGroups] }),
  };
}

/** By ids alone: nothing is looked up, so a synthesis needs no account. */
function joinByIds(
  scope: Construct,
  { vpcId, subnetIds, securityGroupIds }: VpcProps,
): Partial<FunctionProps> {
  const subnets = subnetIds.map((id, at) => {
    const subnet = Subnet.fromSubnetId(scope, `Subnet${at}`, id);
    // Nobody here asks for the route table, which an id alone does not tell.
    Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
    return subnet;
  });
  const securityGroups = securityGroupIds.map((id, at) =>
    SecurityGroup.fromSecurityGroupId(scope, `SecurityGroup${at}`, id, { mutable: false }),
  );
  // Lambda asks for no availability zone; the construct wants at least one, by any name.
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId, availabilityZones: ['any'] });
  return { vpc, vpcSubnets: { subnets }, securityGroups };
}
