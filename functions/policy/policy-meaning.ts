import { createHash } from 'node:crypto';
import { GUARD_NAMES, limitText } from '../model/guard.ts';
import type { Policy } from '../model/portal-target.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { PARAM, sortedFields } from '../model/schedule-fields.ts';

/**
 * Stands for what a policy wants, as a SHA-256 in hex: two texts of the same meaning give the same. Its description,
 * its approval, the order of its portals, and how it comes by their fields are no part of it.
 */
export function policyMeaning(policy: Policy): string {
  return meaningOf(policy, (module) => module);
}

/**
 * Whether a meaning that a report tells is the policy's. Releases before took a module as it stood in the text, mostly as
 * their documentation wrote it: a report of theirs is no reason to think that the policy wants something else.
 */
export function hasMeaning(policy: Policy, told: string | undefined): boolean {
  if (told === undefined) return false;
  return told === policyMeaning(policy) || told === meaningOf(policy, (module) => FORMER[module] ?? module);
}

// --- internal ---

const MODULE = `${PARAM}module`;

const FORMER: Readonly<Record<string, string>> = {
  s3: 'S3',
  googlecloud: 'GoogleCloud',
  rackspace: 'Rackspace',
  selectel: 'Selectel',
};

function meaningOf({ targets, guard }: Policy, moduleText: (module: string) => string): string {
  const fieldsOf = (schedule: BackupSchedule) =>
    sortedFields(schedule).map(([name, value]) =>
      name === MODULE ? [name, moduleText(String(value))] : [name, value],
    );
  const portals = targets.map(({ portal, mode, dump, schedule, allowLateFirstRun }) =>
    JSON.stringify([
      ...[portal, mode, dump, schedule ? fieldsOf(schedule) : null],
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
