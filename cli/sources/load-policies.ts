import { resolve } from 'node:path';
import { memoryRoom } from '../../functions/model/memory-room.ts';
import type { PortalError } from '../../functions/model/portal-error.ts';
import { type Settings, secretsPrefixOf } from '../../functions/model/settings.ts';
import {
  fileError,
  type PolicyReading,
  type ReadOptions,
  readPolicy,
} from '../../functions/policy/read-policy.ts';
import type { OpenBucket } from '../world.ts';
import { type PolicySource, readPolicySource } from './read-policy-source.ts';
import { refuseSecondSpellings } from './refuse-second-spellings.ts';
import { tellApart } from './tell-apart.ts';

/** A policy as it was found: its reading may hold errors. */
export type LoadedPolicy = Omit<PolicySource, 'content'> & {
  readonly reading: PolicyReading;
  /** Where its portals' secrets lie: policies of different areas never conflict. Missing: where all others' do. */
  readonly area?: string;
  /** Of what its selectors have brought: what can't be treated as they say, and why. */
  readonly refusals?: ReadonlyMap<string, PortalError>;
};

/**
 * Reads every file; one that can't be read is a policy with an error.
 * @throws AwsUnavailableError where nobody could be asked for it
 */
export async function loadPolicies(
  files: readonly string[],
  openBucket: OpenBucket,
  teams: Teams,
  options: ReadOptions = {},
): Promise<LoadedPolicy[]> {
  const policies = await Promise.all(
    files.map(async (file) => ({
      ...loadPolicy(await readPolicySource(file, openBucket), options),
      area: areaOf(file, teams),
    })),
  );
  return tellApart(refuseSecondSpellings(policies));
}

export function loadPolicy({ content, ...source }: PolicySource, options: ReadOptions = {}): LoadedPolicy {
  const reading =
    'bytes' in content
      ? readPolicy(content.bytes, { room: memoryRoom({}), ...options })
      : unreadable(content.problem);
  return { ...source, reading };
}

/** Which folders are teams of a deployment, and where secrets lie. */
export type Teams = Pick<Settings, 'teams' | 'secretsPrefix'>;

/**
 * Where the secrets of a file's portals lie: its team is the folder after the last `policies/` of its whole path, also
 * where it was typed from within that folder. An object of a bucket has the team that it has in a deployment.
 */
export function areaOf(file: string, teams: Teams): string {
  const [, object] = /^s3:\/\/[^/]+\/policies\/(.*)$/s.exec(file) ?? [];
  const path = file.startsWith('s3://') ? file : resolve(file);
  const [, key = ''] = /^(?:.*\/)?policies\/(.*)$/s.exec(path) ?? [];
  return secretsPrefixOf(object ?? key, teams);
}

// --- internal ---

function unreadable(what: string): PolicyReading {
  return { policy: undefined, errors: [fileError(what)], warnings: [], claims: [] };
}
