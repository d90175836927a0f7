import type { LocalPortal } from '../docspace/local-portal.ts';
import type { PortalSetup, ScheduleSetup } from '../docspace/portal-setup.ts';

/** Portals whose schedules are right, or nearly so, and whose backups tell another story: one of each verdict. */
export const PROTECTION_FLEET: readonly PortalSetup[] = [
  'oscorp',
  'stark',
  'gringotts',
  'dunder',
  'weyland',
  'aperture',
  'monarch',
  'nakatomi',
].map((name) => ({ name, timezone: 'Europe/Berlin', suspended: name === 'monarch' }));

/** Far enough from now that its first slot has not come. */
const WEEKDAY = ((new Date().getUTCDay() + 3) % 7) + 1;

/** Looks and reports, so that a portal without a schedule stays one to be seen. */
export const PROTECTION_POLICY = `version: 1
description: whose backups can be restored?
mode: detect
defaults:
  storageType: ThirdPartyConsumer
  storageParams: { module: s3, bucket: acme-backups }
  backupsStored: 7
  cronParams: { period: EveryDay, hour: 3 }
portals:
  oscorp:
  stark:
  gringotts:
  dunder:
  weyland: { cronParams: { period: EveryWeek, day: ${WEEKDAY}, hour: 3 } }
  aperture:
  monarch:
  nakatomi: { state: absent }
`;

/** What happened to them before anybody looked. */
export function liveThrough(portal: (name: string) => LocalPortal): void {
  portal('oscorp').setSchedule(daily(5 * HOUR));
  giveArchive(portal('oscorp'), 5 * HOUR, true);
  portal('stark').setSchedule(daily(3 * DAY));
  giveArchive(portal('stark'), 20 * HOUR, false);
  portal('gringotts').setSchedule(daily(14 * HOUR));
  portal('dunder').setSchedule(daily(4 * DAY));
  giveArchive(portal('dunder'), 4 * DAY, true);
  portal('weyland').setSchedule({ ...daily(), cronParams: { period: 'EveryWeek', day: WEEKDAY, hour: 3 } });
}

// --- internal ---

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function daily(ranAgo?: number): ScheduleSetup {
  return {
    storageType: 'ThirdPartyConsumer',
    storageParams: [
      { key: 'module', value: 's3' },
      { key: 'bucket', value: 'acme-backups' },
    ],
    backupsStored: 7,
    cronParams: { period: 'EveryDay', hour: 3 },
    ...(ranAgo !== undefined && { lastBackupTime: ago(ranAgo) }),
  };
}

function giveArchive(portal: LocalPortal, madeAgo: number, scheduled: boolean): void {
  const createdOn = ago(madeAgo);
  const file = { id: portal.name, fileName: `${portal.name}.tar.gz`, storageType: 5 };
  portal.archives.push({ ...file, createdOn, expiresOn: undefined, scheduled, exists: true });
}

function ago(ms: number): Date {
  return new Date(Date.now() - ms);
}
