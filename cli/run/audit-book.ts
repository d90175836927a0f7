import type { PortalOutcome } from '../../functions/model/outcome.ts';
import { VERDICTS, type Verdict } from '../../functions/model/protection.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import { openWarningBook } from '../words/group-warnings.ts';
import type { Morning, PolicyLine } from '../words/morning.ts';
import { type Need, needOf } from '../words/portal-need.ts';
import { tellCount } from '../words/tell-count.ts';

/** Gathers of an audit what the morning's question asks for: of portals that are well, no more than counts. */
export type AuditBook = {
  outcome(outcome: PortalOutcome, policy: LoadedPolicy): void;
  policyEnd(policy: LoadedPolicy): void;
  morning(): Morning;
};

/** @param now of the run's end: what an audit tells is of now */
export function openAuditBook(now: () => Date): AuditBook {
  const needs: Need[] = [];
  const warnings = openWarningBook();
  const policies: PolicyLine[] = [];
  let verdicts = new Map<Verdict, number>();
  let portals = 0;
  let all = 0;
  let unasked = 0;
  let unlike = 0;

  return {
    outcome: (outcome, { policy }) => {
      const need = needOf(outcome, { policy, seenAt: '' });
      const verdict = outcome.protection?.verdict;
      if (need) needs.push(need);
      else if (!verdict) unasked++;
      if (verdict) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      if (outcome.status === 'planned') unlike++;
      warnings.add(outcome.portal, outcome.warnings);
      portals++;
      all++;
    },
    policyEnd: ({ policy, reading }) => {
      if (reading.errors.length > 0 || portals === 0) return;
      const counts = VERDICTS.flatMap((verdict) => {
        const count = verdicts.get(verdict);
        return count === undefined ? [] : [`${tellCount(count)} ${verdict}`];
      });
      const parts = [
        `${tellCount(portals, 'portal')}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}`,
        ...(unlike > 0 ? [`${tellCount(unlike)} not as the policy says (policy-sync plan shows how)`] : []),
      ];
      policies.push({ policy, ok: !needs.some((need) => need.policy === policy), parts });
      verdicts = new Map();
      portals = 0;
      unlike = 0;
    },
    morning: () => {
      const seenAt = now().toISOString();
      const seen = needs.map((need) => ({ ...need, seenAt }));
      const groups = warnings.groups();
      return {
        portals: all,
        needs: seen,
        unasked,
        when: undefined,
        seenAt,
        problems: [],
        warnings: groups,
        policies,
      };
    },
  };
}
