import { fileError, type PolicyReading, readPolicy } from '../../functions/policy/read-policy.ts';
import type { OpenBucket } from '../world.ts';
import { type PolicySource, readPolicySource } from './read-policy-source.ts';
import { tellApart } from './tell-apart.ts';

/** A policy as it was found: its reading may hold errors. */
export type LoadedPolicy = Omit<PolicySource, 'content'> & { readonly reading: PolicyReading };

/**
 * Reads every file; one that can't be read is a policy with an error.
 * @throws AwsUnavailableError where nobody could be asked for it
 */
export async function loadPolicies(
  files: readonly string[],
  openBucket: OpenBucket,
): Promise<LoadedPolicy[]> {
  const policies = await Promise.all(
    files.map(async (file) => loadPolicy(await readPolicySource(file, openBucket))),
  );
  return tellApart(policies);
}

export function loadPolicy({ content, ...source }: PolicySource): LoadedPolicy {
  return { ...source, reading: 'bytes' in content ? readPolicy(content.bytes) : unreadable(content.problem) };
}

// --- internal ---

function unreadable(what: string): PolicyReading {
  return { policy: undefined, errors: [fileError(what)], warnings: [], claims: [] };
}
