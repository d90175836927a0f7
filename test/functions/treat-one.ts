import { openPortals } from '../../functions/docspace/open-portals.ts';
import { anyAddress } from '../../functions/model/address-ranges.ts';
import { DEFAULT_LIMITS, type Limits } from '../../functions/model/limits.ts';
import { parsePortalKey } from '../../functions/model/portal-key.ts';
import { NOTHING_RECALLED, type Recalled } from '../../functions/model/portal-memory.ts';
import type { PortalTarget } from '../../functions/model/portal-target.ts';
import type { BackupSchedule } from '../../functions/model/schedule.ts';
import type { Heard } from '../../functions/portal/decide-write.ts';
import { applyTreatment, type Gate, planTreatment } from '../../functions/portal/treat-portal.ts';
import type { Fleet } from '../../local/docspace/fleet.ts';
import { skippingClock } from './skipping-clock.ts';

export const WANTED: BackupSchedule = {
  storageType: 'ThirdPartyConsumer',
  storageParams: new Map([
    ['module', 's3'],
    ['bucket', 'acme-backups'],
  ]),
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3, day: 0 },
  dump: false,
};

/** The same in the words of the local portal. */
export const WANTED_SETUP = {
  storageType: 'ThirdPartyConsumer',
  storageParams: [
    { key: 'module', value: 's3' },
    { key: 'bucket', value: 'acme-backups' },
  ],
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3 },
};

const OCCASIONS = { plan: 'change', apply: 'change', tick: 'tick', audit: 'audit' } as const;

export type TreatOptions = {
  /** `audit` plans; `tick` applies. */
  readonly verb?: 'plan' | 'apply' | 'tick' | 'audit';
  readonly target?: Partial<PortalTarget>;
  readonly limits?: Partial<Limits>;
  readonly key?: { url: string; apiKey: string };
  /** What runs before remember of it. */
  readonly recalled?: Recalled;
  readonly gate?: Gate;
  /** What it said in this run. */
  readonly heard?: Heard;
};

/** Treats one portal of a fleet as a run would, with pauses that take no time and the longest jitter. */
export async function treatOne(fleet: Fleet, portal: string, options: TreatOptions = {}) {
  // A fleet with a clock of its own shares it.
  const clock = { ...skippingClock(), date: fleet.now };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const portals = openPortals({ limits, clock, random: () => 1, isAllowedAddress: anyAddress });
  const entry = options.key ?? fleet.keys()[portal];
  const treatment = {
    keys: { keyOf: async () => parsePortalKey(entry), originOf: () => parsePortalKey(entry).origin },
    hosts: { allowedHosts: undefined, insecureLoopback: true },
    destinations: undefined,
    clock,
    occasion: OCCASIONS[options.verb ?? 'apply'],
    ...(options.recalled && { recall: () => options.recalled ?? NOTHING_RECALLED }),
  };
  const target: PortalTarget = {
    ...{ portal, mode: 'enforce', dump: false, schedule: WANTED, allowLateFirstRun: false },
    ...options.target,
  };
  try {
    const treat =
      options.verb === 'plan' || options.verb === 'audit'
        ? planTreatment(treatment, portals.openReader)
        : applyTreatment(treatment, portals.openWriter);
    const treated = await treat(target, options.gate ?? (() => 'write'), options.heard);
    return { ...treated, pauses: clock.pauses };
  } finally {
    portals.close();
  }
}
