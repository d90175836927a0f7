import { PortalError } from '../model/portal-error.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { PortalReader } from '../model/ports/portals.ts';
import { JUST_NOW, observeQuota } from '../protection/observe-quota.ts';
import { isQuotaExhausted } from '../protection/quota-warnings.ts';

/**
 * Why a schedule that is gone is not put back without anybody asking for it: the server deletes one itself at the first
 * backup that is neither free nor paid for, and mails the administrator; put back, it would do so again, day after day.
 * @returns what is known of the portal then, too
 */
export async function checkQuota(
  portal: PortalReader,
  observed: Observed,
  now: Date,
): Promise<{ readonly observed: Observed; readonly refusal: PortalError | undefined }> {
  const seen = { ...observed, ...(await observeQuota(portal, observed, now, JUST_NOW)) };
  const { quota } = seen;
  if (seen.standalone !== false || !quota || !isQuotaExhausted(quota)) {
    return { observed: seen, refusal: undefined };
  }
  const { free, used } = quota;
  const message = `the schedule is gone, ${used} of ${free} free backups of this month are used up and the paid backup service is off: the server would delete it again. Not put back this month; switch the service on, or upload the policy or run policy-sync apply --portal to put it back all the same`;
  return { observed: seen, refusal: new PortalError('QUOTA_EXHAUSTED', message) };
}
