import { createHash } from 'node:crypto';
import type { PortalTarget } from './portal-target.ts';
import { PARAM, sortedFields } from './schedule-fields.ts';

/**
 * Stands for what a portal is to hold, in 16 hex digits: two targets of the same hash ask for the same schedule, or for
 * none. Whether the portal is only watched, and what may be risked on the way, are no part of it; nor is the case of a
 * module, which earlier releases took as it stood.
 */
export function targetHash({ dump, schedule }: Pick<PortalTarget, 'dump' | 'schedule'>): string {
  const fields =
    schedule &&
    sortedFields(schedule).map(([name, value]) =>
      name === MODULE ? [name, String(value).toLowerCase()] : [name, value],
    );
  return createHash('sha256')
    .update(JSON.stringify([dump, fields ?? null]))
    .digest('hex')
    .slice(0, DIGITS);
}

// --- internal ---

const MODULE = `${PARAM}module`;

const DIGITS = 16;
