import { GAPS, type GuardVerdict } from '../../functions/fleet/judge-changes.ts';

/** Which guards the changes go over, on which portals, and how to let them through on purpose. */
export function describeGuard({ exceeded, digest, isLetThrough, approval }: GuardVerdict): string {
  const over = exceeded.map(({ guard, count, limit, portals }) => {
    const more = portals.length > MOST_NAMED ? ` and ${portals.length - MOST_NAMED} more` : '';
    return `  GUARDED: ${guard} lets ${limit} through, ${count} are planned: ${portals.slice(0, MOST_NAMED).join(', ')}${more}`;
  });
  const gap = approval && GAPS[approval];
  const how = isLetThrough
    ? '  Let through: the policy approves exactly these changes.'
    : `  None of the held changes is written. To let exactly these through, set in the policy: approve: ${digest}${gap ? ` (${gap})` : ''}`;
  return [...over, how].join('\n');
}

// --- internal ---

const MOST_NAMED = 10;
