import type { LocalPortal } from '../../local/docspace/local-portal.ts';
import type { ScheduleSetup } from '../../local/docspace/portal-setup.ts';
import { BUCKET, type Deployment } from './deployment.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** What `policyText` wants of a portal, in the words of the local one; its server started a backup so long ago. */
export function storedAs(name: string, ranAgo?: number): ScheduleSetup {
  return {
    storageType: 'ThirdPartyConsumer',
    storageParams: [
      { key: 'module', value: 's3' },
      { key: 'bucket', value: 'acme-backups' },
      { key: 'subdir', value: name },
    ],
    backupsStored: 7,
    cronParams: { period: 'EveryDay', hour: 3 },
    ...(ranAgo !== undefined && { lastBackupTime: ago(ranAgo) }),
  };
}

/** An archive that was made so long ago. */
export function giveArchive(portal: LocalPortal, madeAgo: number, { scheduled = true } = {}): void {
  portal.archives.push({
    id: `archive-${portal.archives.length}`,
    fileName: 'archive.tar.gz',
    storageType: 5,
    createdOn: ago(madeAgo),
    expiresOn: undefined,
    scheduled,
    exists: true,
  });
}

/** A backup of the schedule that worked, so long ago. */
export function run(portal: LocalPortal, ranAgo: number): void {
  portal.setSchedule(storedAs(portal.name, ranAgo));
  giveArchive(portal, ranAgo - 60_000);
}

/** As if all that the newest report has asked portals for had been asked two days before. */
export function askedLongAgo(world: Deployment, policy: string): void {
  editReport(world, policy, (outcome) => {
    const observed = outcome.observed as Record<string, unknown> | undefined;
    const askedAt = ago(2 * DAY).toISOString();
    if (observed) outcome.observed = { ...observed, askedAt, keyAskedAt: askedAt };
  });
}

/** Changes what the newest report says of each portal. */
export function editReport(
  world: Deployment,
  policy: string,
  edit: (outcome: Record<string, unknown>) => void,
): void {
  const key = `reports/${policy}/latest.json`;
  const report = JSON.parse(world.aws.s3.text(BUCKET, key) ?? 'null');
  for (const outcome of report.policies[0].portals) edit(outcome);
  world.aws.s3.put(BUCKET, key, JSON.stringify(report));
}

export function ago(ms: number): Date {
  return new Date(Date.now() - ms);
}
