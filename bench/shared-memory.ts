import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { openKeyCache } from '../functions/aws/key-cache.ts';
import { openPolicyBucket } from '../functions/aws/policy-bucket.ts';
import { openSecretKeys } from '../functions/aws/secret-keys.ts';
import { GROUPS } from '../functions/model/key-groups.ts';
import { NO_SELECTION } from '../functions/model/policy-claims.ts';
import { claimsKey } from '../functions/model/policy-ref.ts';
import { claimsText } from '../functions/report/read-claims-file.ts';
import { type ClaimCache, listPolicies, readClaims } from '../functions/run/read-claims.ts';
import { startAws } from '../local/aws/endpoints.ts';
import { fleetEntries, fleetNames, packGroups } from './group-keys.ts';

/**
 * What each run has in memory of portals that are not its policy's: the keys of all groups below its prefix, and the
 * names that other policies of the prefix claim. Bytes of heap a portal.
 * Usage: node cli/run-typescript.mjs bench/shared-memory.ts [portals]
 */
const count = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 100_000);
const EACH = 50_000;
const PREFIX = 'docspace/portals/';
const BUCKET = 'policies';

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;
const names = fleetNames(count);
const aws = await startAws();
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
const client = { endpoint: aws.url, region: aws.region, credentials };
const secrets = new SecretsManagerClient(client);
const s3 = new S3Client({ ...client, forcePathStyle: true });
try {
  const groups = putGroups();
  const cache = openKeyCache(300_000, performance.now.bind(performance));
  const source = openSecretKeys({ client: async () => secrets, prefix: PREFIX, cache });
  await tell(`keys of ${count} portals in ${groups} groups`, () => source(names.slice(0, 1)));

  const policies = putClaims();
  const bucket = openPolicyBucket(BUCKET, async () => s3);
  const claims: ClaimCache = new Map();
  await tell(`names of ${count} portals that ${policies} policies claim`, async () => {
    for (const [name, object] of (await listPolicies(bucket)).policies)
      await readClaims(bucket, name, object, claims);
    return claims;
  });
} finally {
  secrets.destroy();
  s3.destroy();
  await aws.close();
}

async function tell(what: string, read: () => Promise<unknown>): Promise<void> {
  const before = heap();
  const start = performance.now();
  const kept = await read();
  const ms = performance.now() - start;
  // Also what the local endpoints remember of the calls: a few hundred bytes a call.
  const bytes = heap() - before;
  process.stdout.write(`${what}: ${(bytes / count).toFixed(0)} bytes a portal, ${ms.toFixed(0)} ms\n`);
  if (kept === undefined) throw new Error('nothing was read');
}

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

function putGroups(): number {
  const groups = packGroups(fleetEntries(names));
  for (const [group, text] of groups) aws.secrets.put(`${PREFIX}${GROUPS}${group}`, text);
  return groups.size;
}

function putClaims(): number {
  aws.s3.createBucket(BUCKET, { versioning: true });
  const since = new Date().toISOString();
  const policies = Math.ceil(count / EACH);
  for (let policy = 0; policy < policies; policy++) {
    const portals = new Map(names.slice(policy * EACH, (policy + 1) * EACH).map((name) => [name, since]));
    const { versionId } = aws.s3.put(BUCKET, `policies/fleet-${policy}.yaml`, 'version: 1\n');
    const text = claimsText({ version: versionId, portals, selection: NO_SELECTION });
    aws.s3.put(BUCKET, claimsKey(`fleet-${policy}`), text);
  }
  return policies;
}
