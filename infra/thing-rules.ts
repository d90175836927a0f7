import { Token } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { readList, readObject, readText, show } from './read-setting.ts';
import type { JoinedVpc, VpcProps } from './vpc-props.ts';

// What exists already: a thing of the CDK app, or told by its name, ids or ARN. Each throws as the other rules do.

export function readBucket(value: unknown): string | IBucket {
  return isOf<IBucket>(value, 'bucketArn') ? value : checkBucketName(readText(value));
}

/** The key's ARN. */
export function readKmsKey(value: unknown): string {
  const arn = isOf<IKey>(value, 'keyArn') ? value.keyArn : readText(value);
  return Token.isUnresolved(arn) ? arn : checkKmsKey(arn);
}

export function readVpc(value: unknown): VpcProps | JoinedVpc {
  if (isOf<IVpc>(value, 'selectSubnets')) return { vpc: value };
  if (isOf<JoinedVpc>(value, 'vpc')) return readJoined(value);
  const example = '{"vpcId": "vpc-...", "subnetIds": ["subnet-..."], "securityGroupIds": ["sg-..."]}';
  const { vpcId, subnetIds, securityGroupIds, ...rest } = readObject(value, example);
  const unknown = Object.keys(rest);
  if (unknown.length > 0) throw new Error(`it has no member ${unknown.join(', ')}; give ${example}`);
  return {
    vpcId: checkId('vpc')(readText(vpcId)),
    subnetIds: readList(subnetIds, checkId('subnet'), 'at least one subnet'),
    securityGroupIds: readList(securityGroupIds, checkId('sg'), 'at least one security group'),
  };
}

// --- internal ---

function checkBucketName(name: string): string {
  if (Token.isUnresolved(name) || /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) return name;
  throw new Error(`${show(name)} is no bucket name; give the name alone, without s3:// and without arn:`);
}

function checkKmsKey(arn: string): string {
  if (/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(arn)) return arn;
  throw new Error(
    `${show(arn)} is no ARN of a KMS key (an alias can't be granted); give arn:aws:kms:<region>:<account>:key/<id>`,
  );
}

/** Whether it is a thing of a CDK app, by a member that all of its kind have: apps may have made it by any class. */
function isOf<T extends object>(value: unknown, member: string): value is T {
  return typeof value === 'object' && value !== null && member in value;
}

function readJoined({ vpc, vpcSubnets, securityGroups, ...rest }: JoinedVpc): JoinedVpc {
  const unknown = Object.keys(rest);
  const wanted = 'give { vpc, vpcSubnets, securityGroups }, with a VPC of the app';
  if (unknown.length > 0) throw new Error(`it has no member ${unknown.join(', ')}; ${wanted}`);
  if (!isOf<IVpc>(vpc, 'selectSubnets')) throw new Error(`vpc is no VPC; ${wanted}`);
  return { vpc, ...(vpcSubnets && { vpcSubnets }), ...(securityGroups && { securityGroups }) };
}

function checkId(kind: string): (id: string) => string {
  return (id) => {
    if (Token.isUnresolved(id) || new RegExp(`^${kind}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id)) return id;
    throw new Error(`${show(id)} is no id of that kind; give ${kind}-...`);
  };
}
