import type { WarningGroup } from './group-warnings.ts';
import type { Need } from './portal-need.ts';
import { tellCount } from './tell-count.ts';

/** The morning's question answered, by an audit or by the last reports: who needs somebody, and why. */
export type Morning = {
  readonly portals: number;
  readonly needs: readonly Need[];
  /** Portals that were not asked for their archives: nobody can tell whether they have a backup. */
  readonly unasked: number;
  /** How old the answer is, in words; `undefined`: of now. */
  readonly when: string | undefined;
  /** When all was looked at; a portal that was looked at at another time says so. ISO. */
  readonly seenAt: string | undefined;
  /** What is wrong with policies, and not with a portal. */
  readonly problems: readonly PolicyProblem[];
  readonly warnings: readonly WarningGroup[];
  /** A line on each policy. */
  readonly policies: readonly PolicyLine[];
};

export type PolicyProblem = { readonly policy: string; readonly what: string; readonly todo: string };
export type PolicyLine = {
  readonly policy: string;
  /** Nobody is needed for it. */
  readonly ok: boolean;
  readonly parts: readonly string[];
};

/** `4 of 18 need you (tick 2 h ago)`; with policies that are not well, these too. */
export function headlineOf({ portals, needs, problems, policies, when }: Morning): string {
  const told = when === undefined ? '' : ` (${when})`;
  const ofPolicies =
    problems.length > 0 ? `${tellCount(problems.length)} of ${tellCount(policies.length, 'policy')}` : '';
  if (portals === 0 && ofPolicies === '') return `no portals${told}`;
  const verb = needs.length + problems.length === 1 ? 'needs' : 'need';
  if (needs.length > 0) {
    const count = `${tellCount(needs.length)} of ${tellCount(portals)}`;
    return `${count}${ofPolicies && `, and ${ofPolicies},`} ${verb} you${told}`;
  }
  if (ofPolicies !== '') return `${ofPolicies} ${verb} you${told}`;
  return `none of ${tellCount(portals)} needs you${told}`;
}

/** The answer as a member of JSON documents: the shape only grows. `count` and `portals` are of portals alone. */
export function morningEntry({ portals, needs, unasked }: Morning, entry: (need: Need) => object): object {
  return { portals, count: needs.length, notAsked: unasked, items: needs.map(entry) };
}

/** What nobody can tell of portals that nobody asked. */
export function unaskedNote(unasked: number): string {
  return `${tellCount(unasked, 'portal')} ${unasked === 1 ? 'was' : 'were'} not asked for archives: the next tick asks, or policy-sync audit`;
}
