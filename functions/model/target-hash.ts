import { createHash } from 'node:crypto';
import type { PortalTarget } from './portal-target.ts';
import { PARAM, sortedFields } from './schedule-fields.ts';

/**
 * Stands for what a portal is to hold, in 16 hex digits: two targets of the same hash ask for the same schedule, or for
 * none. Of a window of hours it is the window, whatever hour the portal has. Whether the portal is only watched, and what may be risked on the way, are no part of it; nor is the case of a
 * module, which earlier releases took as it stood.
 */
export function targetHash({
  dump,
  schedule,
  window,
}: Pick<PortalTarget, 'dump' | 'schedule' | 'window'>): string {
  const fields =
    schedule &&
    sortedFields(schedule).map(([name, value]) =>
      name === MODULE
        ? [name, String(value).toLowerCase()]
        : [name, name === HOUR && window ? `${window.from}-${window.to}` : value],
    );
  return createHash('sha256')
    .update(JSON.stringify([dump, fields ?? null]))
    .digest('hex')
    .slice(0, DIGITS);
}

// --- internal ---

const HOUR = 'cronParams.hour';

const MODULE = `${PARAM}module`;

const DIGITS = 16;
