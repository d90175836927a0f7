import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { openPolicyBucket } from '../functions/adapters/aws/policy-bucket.ts';
import { policyNameOf } from '../functions/model/policy-ref.ts';
import { MOST_POLICY_BYTES, TOO_BIG } from '../functions/steps/policy/decode-text.ts';
import { fileError, type PolicyReading, readPolicy } from '../functions/steps/read-policy.ts';

/** A policy as it was found: its reading may hold errors. */
export type LoadedPolicy = {
  /** The file's name without folder and extension. */
  readonly policy: string;
  /** As typed. */
  readonly file: string;
  /** Tells one text from another: an object's version, a file's SHA-256; null where it could not be read. */
  readonly version: string | null;
  readonly reading: PolicyReading;
};

/** Reads every file; one that can't be read is a policy with an error, never an exception. */
export function loadPolicies(files: readonly string[]): Promise<LoadedPolicy[]> {
  return Promise.all(files.map(loadPolicy));
}

// --- internal ---

function loadPolicy(file: string): Promise<LoadedPolicy> {
  const address = /^s3:\/\/([^/]+)\/(.+)$/s.exec(file);
  return address?.[1] && address[2] ? loadObject(file, address[1], address[2]) : loadFile(file);
}

async function loadFile(file: string): Promise<LoadedPolicy> {
  const policy = basename(file).replace(/\.ya?ml$/, '');
  try {
    // Asked first: a huge file must not be read only to be refused.
    if ((await stat(file)).size > MOST_POLICY_BYTES)
      return { policy, file, version: null, reading: unreadable(TOO_BIG) };
    const bytes = await readFile(file);
    const version = createHash('sha256').update(bytes).digest('hex');
    return { policy, file, version, reading: readPolicy(bytes) };
  } catch (error) {
    return { policy, file, version: null, reading: unreadable(describe(error as NodeJS.ErrnoException)) };
  }
}

/** Under `policies/` a policy has the name that it has in a deployment. */
async function loadObject(file: string, bucket: string, key: string): Promise<LoadedPolicy> {
  const policy = policyNameOf(key) ?? basename(key).replace(/\.ya?ml$/, '');
  try {
    const { S3Client } = await import('@aws-sdk/client-s3');
    const found = await openPolicyBucket(bucket, async () => new S3Client()).read(key, MOST_POLICY_BYTES);
    if (!found) return { policy, file, version: null, reading: unreadable('there is no such object') };
    return {
      policy,
      file,
      version: found.version,
      reading: found.bytes ? readPolicy(found.bytes) : unreadable(TOO_BIG),
    };
  } catch (error) {
    const name = error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'unknown error';
    return { policy, file, version: null, reading: unreadable(`the object cannot be read (${name})`) };
  }
}

function unreadable(what: string): PolicyReading {
  return { policy: undefined, errors: [fileError(what)], warnings: [], claims: [] };
}

function describe({ code }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'this is a folder: name the policy files in it';
    case 'EACCES':
      return 'the file may not be read (EACCES)';
    default:
      return `the file cannot be read (${code ?? 'unknown error'})`;
  }
}
