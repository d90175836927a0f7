import { createHash } from 'node:crypto';
import { type BackupBook, createBackupBook, runBackups } from './backup-book.ts';
import { bindSchedule, storedText } from './bind-schedule.ts';
import { basePathOf, type FolderIds } from './check-schedule.ts';
import { createFaultQueue, type PortalFault, type RequestKind } from './portal-fault.ts';
import type {
  KeySetup,
  PortalPlan,
  PortalSetup,
  RequestLimits,
  ScheduleSetup,
  ServerClock,
} from './portal-setup.ts';
import type { RequestCounts } from './request-log.ts';

/** What the portals of one server share. */
export type BackupServer = {
  readonly name: string;
  readonly dump: BackupBook;
  /** Zone and tenant of the portal that posted the dump schedule. */
  dumpOwner: { timezone: string; name: string };
  /** The server's storage consumers by module, as the last ThirdPartyConsumer schedule set them. */
  readonly consumers: Map<string, Record<string, string>>;
};

/** One portal. Whatever is not readonly may be changed while it serves. */
export type LocalPortal = BackupBook & {
  readonly name: string;
  readonly tenantId: number;
  /** Where it listens; the fleet says. */
  url: string;
  keys: KeySetup[];
  readonly server: BackupServer;
  standalone: boolean;
  spaceAccess: boolean;
  plan: PortalPlan;
  timezone: string;
  readonly folderIds: FolderIds;
  providerFolders: ReadonlySet<string>;
  suspended: boolean;
  movedTo: string | undefined;
  billingError: boolean;
  hidesBackupsStored: boolean;
  timesAsObjects: boolean;
  limits: RequestLimits;
  /** Requests of this portal alone. */
  readonly counts: RequestCounts;
  /** One fault or a queue of them; reading gives the queue that is left, `times` counted down. */
  fault: PortalFault | readonly PortalFault[] | undefined;
  /** The fault for this request, counted down. */
  readonly takeFault: (kind: RequestKind) => PortalFault | undefined;
  /** Sets the schedule behind the API's back: nothing is checked, nothing runs. Undefined: none. */
  readonly setSchedule: (schedule: ScheduleSetup | undefined) => void;
  /** Lets the server's scheduler and cleaner catch up with the clock, the dump included. */
  readonly runScheduler: () => void;
};

export function createLocalPortal(
  setup: PortalSetup,
  place: { tenantId: number; folderIds: FolderIds; server: () => BackupServer; clock: ServerClock },
): LocalPortal {
  const { clock, tenantId, folderIds } = place;
  let faults = createFaultQueue(toList(setup.fault));
  const portal: LocalPortal = {
    ...createBackupBook(),
    name: setup.name,
    tenantId,
    url: '',
    keys: [...(setup.keys ?? [{ key: setup.apiKey ?? madeUpKey(setup.name) }])],
    get server() {
      return place.server(); // made when first asked for: most portals of a big fleet never are
    },
    standalone: setup.standalone ?? false,
    spaceAccess: setup.spaceAccess ?? true,
    plan: setup.plan ?? 'automatic-backup',
    timezone: setup.timezone ?? 'UTC',
    folderIds,
    providerFolders: setup.providerFolders ? new Set(setup.providerFolders) : NO_FOLDERS,
    suspended: setup.suspended ?? false,
    movedTo: setup.movedTo,
    billingError: setup.billingError ?? false,
    hidesBackupsStored: setup.hidesBackupsStored ?? false,
    timesAsObjects: setup.timesAsObjects ?? false,
    limits: setup.limits ?? {},
    counts: { all: 0, read: 0, write: 0, delete: 0, other: 0 },
    get fault(): PortalFault | readonly PortalFault[] | undefined {
      return faults.left();
    },
    set fault(fault) {
      faults = createFaultQueue(toList(fault));
    },
    takeFault: (kind) => faults.take(kind),
    setSchedule: (schedule) => setSchedule(portal, schedule, clock),
    runScheduler: () => runScheduler(portal, clock),
  };
  if (setup.schedule) setSchedule(portal, setup.schedule, clock);
  return portal;
}

export function createBackupServer(name: string): BackupServer {
  return { name, dump: createBackupBook(), dumpOwner: { timezone: 'UTC', name }, consumers: new Map() };
}

/** As `runScheduler`, for what a write has just made due: a billing error is met later, by the scheduler itself. */
export function runAfterWrite(portal: LocalPortal, dump: boolean, clock: ServerClock): void {
  if (portal.billingError) return;
  if (dump) runBackups(portal.server.dump, { clock, billingError: false, ...portal.server.dumpOwner });
  else runBackups(portal, { clock, billingError: false, name: portal.name, timezone: portal.timezone });
}

// --- internal ---

const NO_FOLDERS: ReadonlySet<string> = new Set();

function madeUpKey(name: string): string {
  return `sk-${createHash('sha256').update(name).digest('hex')}`;
}

function toList(fault: PortalFault | readonly PortalFault[] | undefined): readonly PortalFault[] {
  if (fault === undefined) return [];
  return 'kind' in fault ? [fault] : fault;
}

function runScheduler(portal: LocalPortal, clock: ServerClock): void {
  if (portal.suspended) return; // the scheduler takes active portals only
  const { name, timezone, billingError, server } = portal;
  runBackups(portal, { clock, name, timezone, billingError });
  if (server.dump.schedule) runBackups(server.dump, { clock, billingError, ...server.dumpOwner });
}

function setSchedule(portal: LocalPortal, setup: ScheduleSetup | undefined, clock: ServerClock): void {
  if (!setup) {
    portal.schedule = undefined;
    return;
  }
  const { lastBackupTime, ...body } = setup;
  const bound = bindSchedule(body, { href: '', method: 'POST' });
  if ('status' in bound || !bound.cron) throw new Error(`The schedule of ${portal.name} cannot be one`);
  const storageParams = Object.fromEntries(
    bound.pairs.map(({ key, value }) => [storedText(key), storedText(value)]),
  );
  const { storageType, backupsStored, cron, dump } = bound;
  const basePath = basePathOf(storageType, storageParams) ?? null;
  const postedAt = lastBackupTime ?? clock.now();
  portal.schedule = {
    storageType,
    storageParams,
    basePath,
    backupsStored,
    cron,
    dump,
    postedAt,
    lastBackupTime,
  };
}
