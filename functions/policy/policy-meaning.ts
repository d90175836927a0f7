import { createHash } from 'node:crypto';
import { GUARD_NAMES, limitText } from '../model/guard.ts';
import type { Policy } from '../model/portal-target.ts';
import { sortedFields } from '../model/schedule-fields.ts';

/**
 * Stands for what a policy wants, as a SHA-256 in hex: two texts of the same meaning give the same. Its description,
 * its approval, the order of its portals, and how it comes by their fields are no part of it. Told in reports; drift and
 * contests are judged portal by portal.
 */
export function policyMeaning({ targets, guard }: Policy): string {
  const portals = targets.map(({ portal, mode, dump, schedule, allowLateFirstRun }) =>
    JSON.stringify([
      ...[portal, mode, dump, schedule ? sortedFields(schedule) : null],
      // Said only where it is so: policies that were applied before there was such a field mean what they meant.
      ...(allowLateFirstRun ? [allowLateFirstRun] : []),
    ]),
  );
  const limits = GUARD_NAMES.map((name) => {
    const limit = guard[name];
    return limit ? limitText(limit) : null;
  });
  const hash = createHash('sha256').update(JSON.stringify(limits));
  for (const line of portals.sort()) hash.update('\n').update(line);
  return hash.digest('hex');
}
