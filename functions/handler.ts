import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import {
  BatchGetSecretValueCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** Stands in for the function until its steps arrive: it touches what they will touch, and decides nothing. */
export async function handler(): Promise<{ ok: false }> {
  const config: S3ClientConfig = {};
  const bucket = process.env.POLICY_BUCKET;
  const prefix = process.env.SECRETS_PREFIX;
  const s3 = new S3Client(config);
  const secrets = new SecretsManagerClient({});
  await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'policies/' }));
  await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'policies/fleet.yaml' }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'reports/fleet/latest.json', Body: '{}' }));
  await secrets.send(new BatchGetSecretValueCommand({ SecretIdList: [`${prefix}acme`] }));
  await secrets.send(new GetSecretValueCommand({ SecretId: `${prefix}acme` }));
  return { ok: false };
}
