import type { PortalSetup, ScheduleSetup } from '../docspace/portal-setup.ts';

/** The playground's portals as one finds them. */
export function playgroundFleet(): readonly PortalSetup[] {
  return [
    { name: 'acme' },
    { name: 'globex', schedule: WEAK },
    { name: 'initech', folderId: FOLDER, timezone: 'Europe/Berlin' },
    { name: 'umbrella', schedule: WEAK },
    { name: 'hooli', timezone: 'America/New_York' },
    { name: 'stark', schedule: asWanted('stark'), timezone: 'Asia/Tokyo' },
    // As wanted, since now, and there will be no backups: time has to pass until that shows, whatever hour it is.
    { name: 'tyrell', schedule: asWanted('tyrell'), storages: [] },
    { name: 'wayne', schedule: asWanted('wayne'), plan: 'overdue' },
  ];
}

/** What these hold has stood there for a while: who is well has archives. */
export const LONG_THERE: readonly string[] = ['stark', 'wayne'];

/** What they are to be, for somebody to play with. */
export const PLAYGROUND_POLICY = `# The playground's policy: change it, plan it, apply it. Delete the file to get a new one.
version: 1
description: the playground
defaults:
  storageType: ThirdPartyConsumer
  storageParams: { module: s3, bucket: acme-backups, region: eu-west-1, subdir: "{portal}" }
  backupsStored: 7
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
    storageParams: { folderId: 1234 }
  umbrella: { state: absent }
  hooli:
  stark:
  tyrell:                        # its server has no credentials for s3: see what \`pass 3d\` and \`tick\` tell
  wayne:                         # its bill is overdue: the server passes over it
`;

/** Where the playground's function lets backups go. */
export const PLAYGROUND_DESTINATIONS = 'Documents,DataStore,ThirdPartyConsumer:s3:acme-*';

/** What somebody makes of a schedule by hand. */
export const BY_HAND: ScheduleSetup = {
  storageType: 'DataStore',
  backupsStored: 1,
  cronParams: { period: 'EveryDay', hour: 3 },
};

// --- internal ---

/** The folder that the policy names for `initech`. */
const FOLDER = 1234;

const WEAK: ScheduleSetup = {
  storageType: 'DataStore',
  backupsStored: 3,
  cronParams: { period: 'EveryMonth', hour: 5, day: 31 },
};

function asWanted(portal: string): ScheduleSetup {
  const params = { module: 's3', bucket: 'acme-backups', region: 'eu-west-1', subdir: portal };
  return {
    storageType: 'ThirdPartyConsumer',
    storageParams: Object.entries(params).map(([key, value]) => ({ key, value })),
    backupsStored: 7,
    cronParams: { period: 'EveryDay', hour: 3 },
  };
}
