import type { PortalWarning } from '../model/outcome.ts';
import type { Quota } from '../model/protection.ts';
import type { CronParams } from '../model/schedule.ts';

/**
 * A schedule that makes more backups a calendar month than the portal's plan gives for free: with the paid service off
 * the server deletes the schedule at the first one too many, with it on each of them costs money.
 */
export function quotaWarnings(cron: CronParams, { free, used, paid }: Quota): readonly PortalWarning[] {
  const made = mostRunsAMonth(cron);
  if (free === null || free < 0 || paid === null || made <= free) return [];
  const counted = used === null ? '' : `, ${used} of them used this month`;
  const numbers = `the schedule makes up to ${made} ${made === 1 ? 'backup' : 'backups'} a month, ${free} ${free === 1 ? 'is' : 'are'} free by the portal's plan${counted}`;
  if (paid) {
    const message = `${numbers}: each one more costs what the vendor asks for it`;
    return [{ code: 'QUOTA_COSTS', message }];
  }
  const message = `${numbers}, and the paid backup service is off: the server deletes the schedule at the first one too many; switch the service on, or make backups less often`;
  return [{ code: 'QUOTA_DELETES', message }];
}

/** Whether the server would delete a schedule at its next run: no free backup is left, and none is paid for. */
export function isQuotaExhausted({ free, used, paid }: Quota): boolean {
  return free !== null && free >= 0 && used !== null && used >= free && paid === false;
}

// --- internal ---

/** In the longest month, with five of a weekday. */
function mostRunsAMonth({ period }: CronParams): number {
  if (period === 'EveryDay') return 31;
  return period === 'EveryWeek' ? 5 : 1;
}
