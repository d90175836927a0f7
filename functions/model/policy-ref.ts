import { holdsPortalKey } from './secret-text.ts';

/** Where policies and what is told of them lie in the bucket. */
export const POLICIES = 'policies/';
export const REPORTS = 'reports/';

/**
 * The name of the policy that a key holds: the key below `policies/` without `.yaml` or `.yml` (`eu/fleet`);
 * `undefined` for a key that holds none, for a name over 512 bytes: its reports' keys would be too long for S3, and for
 * one with what looks like a portal's API key in it: it would stand in every report and log line.
 */
export function policyNameOf(key: string): string | undefined {
  const match = /^policies\/(.*[^/])\.ya?ml$/s.exec(key);
  const name = match?.[1];
  const isOne = name !== undefined && Buffer.byteLength(name) <= LONGEST_NAME && !holdsPortalKey(name);
  return isOne ? name : undefined;
}

/** Bytes. */
const LONGEST_NAME = 512;

/** The tag of reports that nobody reads again but by their time: it lets them expire. */
export const DATED_TAG = { 'policy-sync': 'dated' } as const;

/** The key of the last measurement of where keys and policies don't meet. */
export const COVERAGE_KEY = `${REPORTS}coverage.json`;

/** The keys of the page that people look at, and of the same in words. */
export const PAGE_KEY = `${REPORTS}fleet.html`;
export const TODAY_KEY = `${REPORTS}today.md`;

/** The key of what people were told, and of what is still to be sent. */
export const MESSAGES_KEY = `${REPORTS}messages.json`;

/** The key of the newest report of a policy. */
export function latestReportKey(policy: string): string {
  return `${REPORTS}${policy}/latest.json`;
}

/** The key of a policy's memory of days: how its portals were protected on each. */
export function daysKey(policy: string): string {
  return `${REPORTS}${policy}/days.json`;
}

/** The key of what others have to know of a policy: which portals it claims, and since when it governs them. */
export function claimsKey(policy: string): string {
  return `${REPORTS}${policy}/claims.json`;
}

/** The key of one run's report: sorts by time. */
export function reportKey(policy: string, startedAt: Date, version: string): string {
  const time = startedAt.toISOString().replaceAll(':', '-');
  return `${REPORTS}${policy}/${time}-${version.replace(/[^A-Za-z0-9._-]/g, '')}.json`;
}

/** Below it lie the digests that others than a policy's writer approve. */
export function approvalsOf(policy: string): string {
  return `approvals/${policy}/`;
}

/** The key of the lease that lets one run at a time work on a policy. */
export function leaseKey(policy: string): string {
  return `${REPORTS}${policy}/lease.json`;
}
