import { GAPS, type GuardVerdict } from '../../functions/fleet/judge-changes.ts';
import { tellCount } from './tell-count.ts';

/** Which guards the changes go over, a line each, with the portals. */
export function describeExceeded({ exceeded }: GuardVerdict): string[] {
  return exceeded.map(({ guard, count, limit, portals }) => {
    const more = portals.length > MOST_NAMED ? ` and ${tellCount(portals.length - MOST_NAMED)} more` : '';
    const names = portals.slice(0, MOST_NAMED).join(', ');
    return `GUARDED: ${guard} lets ${tellCount(limit)} through, ${tellCount(count)} are planned: ${names}${more}`;
  });
}

/** In few words, with what lets the changes through: `maxWeaken lets 200 through; to let them through: approve: ...`. */
export function describeWay(verdict: GuardVerdict): string {
  const { exceeded, digest, isLetThrough, approval } = verdict;
  if (isLetThrough) return `over ${exceeded.map(({ guard }) => guard).join(', ')}, approved: ${digest}`;
  const over = exceeded.map(({ guard, limit }) => `${guard} lets ${tellCount(limit)} through`);
  const gap = approval && GAPS[approval];
  return `${over.join(', ')}; ${gap ? `${gap}; ` : ''}to let them through: ${wayThrough(verdict)}`;
}

/** What somebody has to write; where others than the policy's writer approve, it is an object of theirs. */
export function wayThrough({ digest, isForOthers }: GuardVerdict): string {
  return isForOthers ? `the object approvals/<policy>/${digest}` : `approve: ${digest}`;
}

// --- internal ---

/** They are named once more where it is told what is held. */
const MOST_NAMED = 3;
