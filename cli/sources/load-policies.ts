import { type Settings, secretsPrefixOf } from '../../functions/model/settings.ts';
import { fileError, type PolicyReading, readPolicy } from '../../functions/policy/read-policy.ts';
import type { OpenBucket } from '../world.ts';
import { type PolicySource, readPolicySource } from './read-policy-source.ts';
import { refuseSecondSpellings } from './refuse-second-spellings.ts';
import { tellApart } from './tell-apart.ts';

/** A policy as it was found: its reading may hold errors. */
export type LoadedPolicy = Omit<PolicySource, 'content'> & {
  readonly reading: PolicyReading;
  /** Where its portals' secrets lie: policies of different areas never conflict. Missing: where all others' do. */
  readonly area?: string;
};

/**
 * Reads every file; one that can't be read is a policy with an error.
 * @throws AwsUnavailableError where nobody could be asked for it
 */
export async function loadPolicies(
  files: readonly string[],
  openBucket: OpenBucket,
  teams: Teams,
): Promise<LoadedPolicy[]> {
  const policies = await Promise.all(
    files.map(async (file) => ({
      ...loadPolicy(await readPolicySource(file, openBucket)),
      area: areaOf(file, teams),
    })),
  );
  return tellApart(refuseSecondSpellings(policies));
}

export function loadPolicy({ content, ...source }: PolicySource): LoadedPolicy {
  return { ...source, reading: 'bytes' in content ? readPolicy(content.bytes) : unreadable(content.problem) };
}

// --- internal ---

type Teams = Pick<Settings, 'teams' | 'secretsPrefix'>;

/** A file's team is the folder after the last `policies/` of its path. */
function areaOf(file: string, teams: Teams): string {
  const [, key = ''] = /^(?:.*\/)?policies\/(.*)$/s.exec(file) ?? [];
  return secretsPrefixOf(key, teams);
}

function unreadable(what: string): PolicyReading {
  return { policy: undefined, errors: [fileError(what)], warnings: [], claims: [] };
}
