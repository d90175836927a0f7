import { fileError, type PolicyReading, readPolicy } from '../../functions/policy/read-policy.ts';
import type { OpenBucket } from '../world.ts';
import { type PolicySource, readPolicySource } from './read-policy-source.ts';

/** A policy as it was found: its reading may hold errors. */
export type LoadedPolicy = Omit<PolicySource, 'content'> & { readonly reading: PolicyReading };

/** Reads every file; one that can't be read is a policy with an error, never an exception. */
export function loadPolicies(files: readonly string[], openBucket: OpenBucket): Promise<LoadedPolicy[]> {
  return Promise.all(files.map(async (file) => loadPolicy(await readPolicySource(file, openBucket))));
}

export function loadPolicy({ content, ...source }: PolicySource): LoadedPolicy {
  return { ...source, reading: 'bytes' in content ? readPolicy(content.bytes) : unreadable(content.problem) };
}

// --- internal ---

function unreadable(what: string): PolicyReading {
  return { policy: undefined, errors: [fileError(what)], warnings: [], claims: [] };
}
