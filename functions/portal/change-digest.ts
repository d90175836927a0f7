import { createHash } from 'node:crypto';
import type { PlannedChange } from '../model/planned-change.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { sortedFields } from '../model/schedule-fields.ts';

/**
 * Stands for this very set of planned changes, in 16 hex digits that somebody can type: who approves it approves these
 * portals, going from what they hold now to what the policy wants, and nothing else. The order does not matter.
 */
export function changeDigest(changes: readonly PlannedChange[]): string {
  const lines = changes.map(({ portal, current, wanted }) =>
    JSON.stringify([portal, side(current), side(wanted)]),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, DIGITS);
}

// --- internal ---

const DIGITS = 16;

/** null is no schedule; whether it is null tells a create from an update from a removal. */
function side(schedule: BackupSchedule | undefined): unknown {
  return schedule ? [schedule.dump, sortedFields(schedule)] : null;
}
