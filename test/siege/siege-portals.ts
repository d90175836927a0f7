import { openPortals } from '../../functions/docspace/open-portals.ts';
import { scheduleFromWire } from '../../functions/docspace/wire.ts';
import { DEFAULT_LIMITS } from '../../functions/model/limits.ts';
import type { Clock } from '../../functions/model/ports/clock.ts';
import type { Portals, PortalWriter } from '../../functions/model/ports/portals.ts';
import type { BackupSchedule } from '../../functions/model/schedule.ts';
import { type Fleet, startFleet } from '../../local/docspace/fleet.ts';
import type { LocalPortal } from '../../local/docspace/local-portal.ts';
import type { PortalSetup } from '../../local/docspace/portal-setup.ts';
import { type StoredSchedule, scheduleResponse } from '../../local/docspace/stored-schedule.ts';
import { SLOW_FAULTS } from './siege-faults.ts';

/** A write that a run has sent. */
export type Sent = {
  readonly run: string;
  readonly portal: string;
  /** What was asked for; `undefined`: none at all. */
  readonly wish: BackupSchedule | undefined;
  /** The same as a text. */
  readonly schedule: string;
};

/** What happened at the portals themselves. */
export type PortalBook = {
  readonly sent: Sent[];
  /** Portals that stored what they had. */
  readonly needless: string[];
  /** Portals that were read, each time. */
  readonly looks: Map<string, number>;
  /** How often each kind of fault has struck. */
  readonly struck: Map<string, number>;
  /** Portals whose answer to a write was a fault. */
  readonly struckAtWrite: Set<string>;
  /** Portals that were told to keep fewer copies, each time. */
  readonly weakened: string[];
  /** What each portal has stored, in order. */
  readonly kept: Map<string, BackupSchedule[]>;
  /** How often each portal has stored something. */
  readonly stored: Map<string, number>;
};

export type SiegeFleet = {
  readonly fleet: Fleet;
  readonly book: PortalBook;
  /** The way to the portals for one run; each call to one is a call of the run. */
  open(run: string, call: <T>(effect: () => Promise<T>) => Promise<T>, clock: Clock): Portals;
  /** What a portal holds; `undefined`: nothing. */
  held(portal: string): BackupSchedule | undefined;
};

export async function siegeFleet(setups: readonly PortalSetup[], now: () => Date): Promise<SiegeFleet> {
  const fleet = await startFleet(setups, { now, countsOnly: true });
  const book: PortalBook = {
    ...{ sent: [], needless: [], looks: new Map(), struck: new Map() },
    ...{ struckAtWrite: new Set(), weakened: [], kept: new Map(), stored: new Map() },
  };
  for (const portal of fleet.portals) watch(portal, book);
  const portalAt = new Map(fleet.portals.map((portal) => [portal.url, portal]));

  function open(run: string, call: <T>(effect: () => Promise<T>) => Promise<T>, clock: Clock): Portals {
    const reach = (requestMs: number) =>
      openPortals({
        ...{ limits: { ...DEFAULT_LIMITS, requestMs }, clock, random: () => 0 },
        isAllowedAddress: () => true,
      });
    const [patient, quick] = [reach(DEFAULT_LIMITS.requestMs), reach(QUICK_MS)];
    const openWriter: Portals['openWriter'] = (key) => {
      const portal = portalAt.get(key.origin);
      const name = portal?.name ?? '';
      const client = (isSlow(portal) ? quick : patient).openWriter(key);
      const asked = (): PortalWriter => ({
        readSchedule: (dump) => {
          count(book.looks, name);
          return call(() => client.readSchedule(dump));
        },
        readBack: (dump) => call(() => client.readBack(dump)),
        send: (schedule, dump) =>
          call(() => {
            book.sent.push({ run, portal: name, wish: schedule, schedule: JSON.stringify(plain(schedule)) });
            return client.send(schedule, dump);
          }),
        pause: (failures, retryAfter) => client.pause(failures, retryAfter),
        lastBackup: () => client.lastBackup(),
        readHistory: (dump) => call(() => client.readHistory(dump)),
        readSettings: () => call(() => client.readSettings()),
        readStorages: () => call(() => client.readStorages()),
        readServiceState: () => call(() => client.readServiceState()),
        readBackupsCount: (from) => call(() => client.readBackupsCount(from)),
        readFreeBackups: () => call(() => client.readFreeBackups()),
        readKeyInfo: () => call(() => client.readKeyInfo()),
        usage: () => client.usage(),
        redact: client.redact,
        close: () => client.close(),
      });
      return asked();
    };
    return {
      openReader: openWriter,
      openWriter,
      close: () => {
        patient.close();
        quick.close();
      },
    };
  }

  return { fleet, book, open, held: (portal) => understand(fleet.portal(portal).schedule) };
}

// --- internal ---

/** Real time, spent only on portals that are silent. Milliseconds. */
const QUICK_MS = 60;

function isSlow(portal: LocalPortal | undefined): boolean {
  const faults = [portal?.fault ?? []].flat();
  return faults.some(({ kind }) => SLOW_FAULTS.has(kind));
}

function watch(portal: LocalPortal, book: PortalBook): void {
  const { name } = portal;
  const store = portal.store.bind(portal);
  portal.store = (schedule) => {
    const before = portal.schedule;
    if (before && content(before) === content(schedule)) book.needless.push(name);
    if (before && before.backupsStored > schedule.backupsStored) book.weakened.push(name);
    count(book.stored, name);
    store(schedule);
    const now = understand(schedule);
    if (now) book.kept.set(name, [...(book.kept.get(name) ?? []), now]);
  };
  const takeFault = portal.takeFault.bind(portal);
  portal.takeFault = (kind) => {
    const fault = takeFault(kind);
    if (fault) count(book.struck, fault.kind);
    if (fault && (kind === 'write' || kind === 'delete')) book.struckAtWrite.add(name);
    return fault;
  };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function content({ postedAt: _, lastBackupTime: __, ...rest }: StoredSchedule): string {
  return JSON.stringify(rest);
}

function plain(schedule: BackupSchedule | undefined): object | null {
  return schedule ? { ...schedule, storageParams: Object.fromEntries(schedule.storageParams) } : null;
}

function understand(stored: StoredSchedule | undefined): BackupSchedule | undefined {
  if (!stored) return undefined;
  const answer = { response: scheduleResponse(stored, false), count: 1, status: 0, statusCode: 200 };
  const said = scheduleFromWire(JSON.parse(JSON.stringify(answer)), stored.dump);
  return said.kind === 'schedule' ? said.schedule : undefined;
}
