import type { PortalError } from '../model/portal-error.ts';
import { KeysUnreadableError } from '../model/portal-key.ts';
import { RunFailure } from '../model/run-failure.ts';
import { findTooManyPortals } from '../policy/reading/too-much.ts';
import { selectPortals } from '../policy/select-portals.ts';
import type { PolicyState } from './policy-state.ts';
import { type PolicyText, ROOM } from './policy-text.ts';

export type Brought = {
  /** The text, with what its selectors bring among its portals. */
  readonly withKeys: PolicyText | undefined;
  /** Why that is not known. */
  readonly unlisted: RunFailure | undefined;
  readonly refusals: ReadonlyMap<string, PortalError>;
};

/** Brings the portals that a policy's selectors claim, as the keys of this run have it. */
export function bringSelected(text: PolicyText | undefined, { selectable }: PolicyState): Brought {
  const policy = text?.reading.policy;
  if (!text || !policy || policy.selectors.length === 0) return asRead(text);
  if (!selectable) return { ...asRead(text), unlisted: new KeysUnreadableError(NOT_TOLD) };
  if (selectable instanceof RunFailure) return { ...asRead(text), unlisted: selectable };
  const selected = selectPortals(policy, selectable);
  const tooMany = findTooManyPortals(selected.policy.targets.length, ROOM);
  if (tooMany !== undefined) return { ...asRead(text), unlisted: new KeysUnreadableError(tooMany) };
  const reading = { ...text.reading, policy: selected.policy, errors: [] as const };
  return { withKeys: { ...text, reading }, unlisted: undefined, refusals: selected.refusals };
}

// --- internal ---

/** An older text than the newest, which is invalid, and of which no run has told others anything. */
const NOT_TOLD = 'what "select" of the last valid text brings is not known: mend the policy';

function asRead(text: PolicyText | undefined): Brought {
  return { withKeys: text, unlisted: undefined, refusals: new Map() };
}
