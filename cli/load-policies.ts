import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { MOST_POLICY_BYTES, TOO_BIG } from '../functions/steps/policy/decode-text.ts';
import { fileError, type PolicyReading, readPolicy } from '../functions/steps/read-policy.ts';

/** A policy as it was found: its reading may hold errors. */
export type LoadedPolicy = {
  /** The file's name without folder and extension. */
  readonly policy: string;
  /** As typed. */
  readonly file: string;
  /** Tells one text from another: a digest of the file; null where it could not be read. */
  readonly version: string | null;
  readonly reading: PolicyReading;
};

/** Reads every file; one that can't be read is a policy with an error, never an exception. */
export function loadPolicies(files: readonly string[]): Promise<LoadedPolicy[]> {
  return Promise.all(files.map(loadPolicy));
}

// --- internal ---

async function loadPolicy(file: string): Promise<LoadedPolicy> {
  const policy = basename(file).replace(/\.ya?ml$/, '');
  try {
    // Asked first: a huge file must not be read only to be refused.
    if ((await stat(file)).size > MOST_POLICY_BYTES)
      return { policy, file, version: null, reading: unreadable(TOO_BIG) };
    const bytes = await readFile(file);
    const version = createHash('sha256').update(bytes).digest('hex');
    return { policy, file, version, reading: readPolicy(bytes) };
  } catch (error) {
    const reading = unreadable(describe(error as NodeJS.ErrnoException));
    return { policy, file, version: null, reading };
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
