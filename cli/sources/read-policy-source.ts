import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { policyNameOf } from '../../functions/model/policy-ref.ts';
import type { PolicyBucket } from '../../functions/model/ports/policy-bucket.ts';
import { printable } from '../../functions/model/printable.ts';
import { RunFailure } from '../../functions/model/run-failure.ts';
import { MOST_POLICY_BYTES, TOO_BIG } from '../../functions/policy/reading/decode-text.ts';
import type { OpenBucket } from '../world.ts';
import { bucketProblem } from './bucket-problem.ts';

/** A policy's file before anybody understood it. */
export type PolicySource = {
  /** The file's name without folder and extension; with folders where another policy has the same. */
  readonly policy: string;
  /** As typed. */
  readonly file: string;
  /** Tells one text from another: an object's version, a file's SHA-256; null where it could not be read. */
  readonly version: string | null;
  readonly content: { readonly bytes: Uint8Array } | { readonly problem: string };
};

/** Reads a path or an `s3://bucket/key`. What can't be read says why. @throws AwsUnavailableError */
export function readPolicySource(file: string, openBucket: OpenBucket): Promise<PolicySource> {
  const address = /^s3:\/\/([^/]+)\/(.+)$/s.exec(file);
  return address?.[1] && address[2] ? readObject(file, address[2], openBucket(address[1])) : readPath(file);
}

// --- internal ---

async function readPath(file: string): Promise<PolicySource> {
  const policy = basename(file).replace(/\.ya?ml$/, '');
  const failed = (problem: string) => ({ policy, file, version: null, content: { problem } });
  try {
    // Asked first: a huge file must not be read only to be refused.
    if ((await stat(file)).size > MOST_POLICY_BYTES) return failed(TOO_BIG);
    const bytes = await readFile(file);
    const version = createHash('sha256').update(bytes).digest('hex');
    return { policy, file, version, content: { bytes } };
  } catch (error) {
    return failed(describe(error as NodeJS.ErrnoException));
  }
}

/** Under `policies/` a policy has the name that it has in a deployment. */
async function readObject(file: string, key: string, bucket: PolicyBucket): Promise<PolicySource> {
  const policy = policyNameOf(key) ?? basename(key).replace(/\.ya?ml$/, '');
  const failed = (problem: string) => ({ policy, file, version: null, content: { problem } });
  try {
    const found = await bucket.read(key, MOST_POLICY_BYTES);
    if (!found) return failed('there is no such object');
    const content = found.bytes ? { bytes: found.bytes } : { problem: TOO_BIG };
    return { policy, file, version: found.version, content };
  } catch (error) {
    if (error instanceof RunFailure) throw error;
    const [, bucketName = ''] = /^s3:\/\/([^/]+)/.exec(file) ?? [];
    const resource = `arn:aws:s3:::${bucketName}/${key}, and s3:ListBucket on arn:aws:s3:::${bucketName} (or there is no such object)`;
    return failed(
      printable(
        `the object cannot be read ${bucketProblem(error, { action: 's3:GetObject', resource })}`,
        600,
      ),
    );
  }
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
