import { NO_SELECTION, type Selection } from '../model/policy-claims.ts';
import type { Policy } from '../model/portal-target.ts';
import type { Gathered } from './gather-round.ts';

/** While nobody knows what the selectors bring, no portal is let go: not one that is not named any more, either. */
export function claimsNow({ text, last, unlisted }: Gathered, wanted: Policy | undefined): readonly string[] {
  if (!text) return [];
  const before = last?.claims ?? [];
  const now = wanted?.targets.map(({ portal }) => portal);
  if (!now) return before;
  return unlisted ? [...new Set([...before, ...now])] : now;
}

/** What others have to know of a policy's selectors. */
export function selectionNow(
  { text, unlisted, toldSelection }: Gathered,
  wanted: Policy | undefined,
): Selection {
  if (!text) return NO_SELECTION;
  if (!wanted) return toldSelection;
  const brought = wanted.targets.filter(({ selected }) => selected !== undefined);
  const selected = unlisted ? toldSelection.selected : brought.map(({ portal }) => portal);
  return { selectors: wanted.selectors, selected };
}
