import type { Drift } from '../model/drift.ts';
import type { Action, Change } from '../model/outcome.ts';
import type { StoredOutcome } from '../model/portal-memory.ts';

/** What the last report of a policy says of a portal, as far as drift hangs on it. */
export type LastSeen = Pick<StoredOutcome, 'status' | 'drift' | 'inPlace'>;

/**
 * Whether what differs is drift. It is where the policy wants of a portal what it wanted, and the portal had it: one that never got
 * so far (it failed, or is only watched) did not drift.
 * @param isSameTarget whether the policy wants of the portal what it wanted in the last report
 */
export function classifyDrift(
  last: LastSeen | undefined,
  isSameTarget: boolean,
  plan: { readonly action: Action; readonly changes: readonly Change[] },
): Drift | undefined {
  if (plan.action === 'none' || !isSameTarget || !last || !wasInPlace(last)) return undefined;
  if (plan.action === 'create') return { kind: 'deleted', fields: [] };
  const fields = plan.changes.filter((change) => !isModuleOfBefore(change)).map(({ field }) => field);
  return fields.length > 0 ? { kind: 'edited', fields } : undefined;
}

/** Whether a portal once was as the policy wants it: to be carried on by an outcome that can't read it. */
export function wasInPlace({ status, drift, inPlace }: LastSeen): boolean {
  return status === 'done' || Boolean(drift) || inPlace === true;
}

// --- internal ---

/** An earlier release wrote modules as policies had them, `S3`: that this is mended is nobody's doing. */
function isModuleOfBefore({ field, from, to }: Change): boolean {
  return field === 'storageParams.module' && typeof from === 'string' && from.toLowerCase() === to;
}
