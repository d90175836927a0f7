import type { PortalSetup } from '../docspace/portal-setup.ts';

/** The folder that `initech` names in its policy. */
const FOLDER = 1234;

const WEAK = {
  storageType: 'DataStore',
  backupsStored: 30,
  cronParams: { period: 'EveryMonth', hour: 5, day: 31 },
};

/** A small fleet as one finds it: some portals well, some without a schedule, some that can't be put right. */
export const DEMO_FLEET: readonly PortalSetup[] = [
  { name: 'acme' },
  { name: 'globex', schedule: WEAK },
  { name: 'initech', folderId: FOLDER, fault: { on: 'read', times: 1, kind: 'status', status: 503 } },
  { name: 'umbrella', schedule: WEAK },
  { name: 'hooli', keys: [{ key: 'sk-0000000000000000', expiresAt: new Date('2026-01-01') }] },
  { name: 'vandelay', plan: 'no-automatic-backup' },
  { name: 'wonka', suspended: true },
  { name: 'tyrell', fault: { kind: 'empty-object' } },
  { name: 'cyberdyne', fault: { on: 'write', kind: 'forgets' } },
  { name: 'soylent' },
];

/** Nobody has made a secret for them yet. */
export const WITHOUT_SECRET: readonly string[] = ['soylent'];

/** @param copies how many are kept of each portal that asks for no other number */
export function demoPolicy(copies: number): string {
  return `version: 1
description: the demo's fleet
defaults:
  storageType: ThirdPartyConsumer
  storageParams: { module: s3, bucket: acme-backups, region: eu-west-1, subdir: "{portal}" }
  backupsStored: ${copies}
  cronParams: { period: EveryDay, hour: 3 }
profiles:
  gold:
    backupsStored: 30
portals:
  acme:
  globex:
    profile: gold
    cronParams: { period: EveryWeek, day: Sunday, hour: 2 }
  initech:
    storageType: Documents
    storageParams: { folderId: ${FOLDER} }
  umbrella: { state: absent }
  hooli:
  vandelay:
  wonka:
  tyrell:
  cyberdyne:
  soylent:
  wayne:
    storageParams: { module: s3, bucket: somebody-elses }
`;
}

export const BROKEN_POLICY = demoPolicy(7)
  .replace('backupsStored: 7', 'backupStored: 7')
  .replace('day: Sunday', 'day: Sonday')
  .replace('  wayne:', '  acme:');
