import { HOUR } from '../model/durations.ts';
import type { ListedObject } from '../model/ports/policy-bucket.ts';

/**
 * How long the policy that waits longest was not looked at, in hours: 0 where there is none. One that never was counts
 * from its upload. Times in the future count for nothing: a clock was wrong, and the policy waits all the same.
 * @param starts when the newest report of each policy was begun, as ISO 8601 in UTC
 */
export function hoursWaited(
  starts: ReadonlyMap<string, string | undefined>,
  policies: ReadonlyMap<string, ListedObject>,
  now: Date,
): number {
  const waited = [...starts].map(([policy, start]) => {
    const times = [Date.parse(start ?? ''), policies.get(policy)?.modifiedAt.getTime() ?? Number.NaN];
    const seen = times.find((time) => time <= now.getTime()) ?? now.getTime();
    return (now.getTime() - seen) / HOUR;
  });
  return waited.reduce((most, hours) => Math.max(most, hours), 0);
}
