import type { PortalWarning } from '../model/outcome.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { Archive, Protection } from '../model/protection.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { judgeAfterWrite, judgeProtection } from './judge-protection.ts';
import { keyWarnings } from './key-warnings.ts';
import { quotaWarnings } from './quota-warnings.ts';
import { notActiveWarning, stalledWarning } from './schedule-warnings.ts';

/** A portal at the end of its turn. */
export type Seen = {
  readonly wanted: BackupSchedule | undefined;
  /** What it held when it was read. */
  readonly current: BackupSchedule | undefined;
  /** When the server had last run that; `undefined`: never. */
  readonly lastBackup: Date | undefined;
  /** Whether what is wanted was written now. */
  readonly isWritten: boolean;
  /** Since when its schedule is held against its slots, if that is known. */
  readonly since: Date | undefined;
  /** Whether what is wanted is what was wanted then. */
  readonly isSameTarget: boolean;
  /** Hours. */
  readonly graceHours: number;
  readonly now: Date;
};

/** How a portal is protected, by what it says of itself, and what ticks and audits warn of. */
export function judgeObserved(
  observed: Observed,
  seen: Seen,
): { readonly protection: Protection; readonly warnings: readonly PortalWarning[] } {
  const { wanted, current, lastBackup, since, graceHours, now } = seen;
  const evidence = {
    isWanted: wanted !== undefined,
    archives: observed.archives?.map(toArchive),
    timezone: observed.timezone ?? undefined,
    ...{ graceHours, now },
  };
  const before = judgeProtection({ ...evidence, schedule: current, lastBackup, since });
  const sinceWrite = seen.isSameTarget && since ? since : now;
  const protection = seen.isWritten
    ? judgeAfterWrite({ ...evidence, schedule: wanted, since: sinceWrite }, before)
    : before;
  return { protection, warnings: warningsOf(observed, seen) };
}

/** What a portal says of the key that asks. */
export function warningsOfKey({ key }: Observed, now: Date): readonly PortalWarning[] {
  return key ? keyWarnings({ ...key, expiresAt: toDate(key.expiresAt) }, now) : [];
}

// --- internal ---

function warningsOf(observed: Observed, seen: Seen): readonly PortalWarning[] {
  const { wanted, current, lastBackup, isWritten, since, now } = seen;
  const timezone = observed.timezone ?? undefined;
  // The server forgets its runs with each write: it is held to its slots anew.
  const from = latest(since, toDate(observed.writtenAt));
  const isHeld = wanted && current && !isWritten;
  return [
    ...(isHeld ? stalledWarning({ schedule: current, lastBackup, since: from, timezone, now }) : []),
    ...notActiveWarning(observed.tenantStatus),
    ...(wanted && observed.quota ? quotaWarnings(wanted.cronParams, observed.quota) : []),
    ...warningsOfKey(observed, now),
  ];
}

function toArchive({ createdOn, expiresOn }: { createdOn: string; expiresOn: string | null }): Archive {
  return { createdOn: new Date(createdOn), expiresOn: toDate(expiresOn) };
}

function toDate(iso: string | null | undefined): Date | undefined {
  return typeof iso === 'string' ? new Date(iso) : undefined;
}

function latest(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (!one || !other) return one ?? other;
  return other > one ? other : one;
}
