import { createHash } from 'node:crypto';
import {
  type Archive,
  type BackupBook,
  type BackupStart,
  createBackupBook,
  runBackups,
} from './backup-book.ts';
import { bindSchedule, storedText } from './bind-schedule.ts';
import { basePathOf, type FolderIds } from './check-schedule.ts';
import { createFaultQueue, type FaultQueue, type PortalFault, type RequestKind } from './portal-fault.ts';
import type {
  KeySetup,
  PortalPlan,
  PortalSetup,
  RequestLimits,
  ScheduleSetup,
  ServerClock,
} from './portal-setup.ts';
import type { RequestCounts } from './request-log.ts';
import type { StoredSchedule } from './stored-schedule.ts';

/** What the portals of one server share. */
export type BackupServer = {
  readonly name: string;
  readonly dump: BackupBook;
  /** Zone and tenant of the portal that posted the dump schedule. */
  dumpOwner: { timezone: string; name: string };
  /** The server's storage consumers by module, as the last ThirdPartyConsumer schedule set them. */
  readonly consumers: Map<string, Record<string, string>>;
};

/** Where a portal stands in its fleet. */
export type PortalPlace = {
  readonly tenantId: number;
  readonly folderIds: FolderIds;
  readonly clock: ServerClock;
  /** Finds the server of a name; made when first asked for, which for most portals of a big fleet is never. */
  readonly serverOf: (name: string) => BackupServer;
};

/**
 * One portal. Whatever is not readonly may be changed while it serves. A class, because fleets have 100,000: with
 * methods and accessors of their own they took three times the room and ten times as long to make.
 */
export class LocalPortal implements BackupBook {
  schedule: StoredSchedule | undefined;
  archives: Archive[] = [];
  backupsStarted: BackupStart[] = [];
  archivesDeleted: Archive[] = [];
  recordsDropped = 0;
  schedulesDeleted: Date[] = [];
  readonly name: string;
  readonly tenantId: number;
  /** Where it listens; the fleet says. */
  url = '';
  keys: KeySetup[];
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
  readonly counts: RequestCounts = { all: 0, read: 0, write: 0, delete: 0, other: 0 };
  private readonly place: PortalPlace;
  private readonly serverName: string;
  private faults: FaultQueue | undefined;

  constructor(setup: PortalSetup, place: PortalPlace) {
    this.place = place;
    this.name = setup.name;
    this.serverName = setup.server ?? setup.name;
    this.tenantId = place.tenantId;
    this.folderIds = place.folderIds;
    this.keys = [...(setup.keys ?? [{ key: setup.apiKey ?? madeUpKey(setup.name) }])];
    this.standalone = setup.standalone ?? false;
    this.spaceAccess = setup.spaceAccess ?? true;
    this.plan = setup.plan ?? 'automatic-backup';
    this.timezone = setup.timezone ?? 'UTC';
    this.providerFolders = setup.providerFolders ? new Set(setup.providerFolders) : NO_FOLDERS;
    this.suspended = setup.suspended ?? false;
    this.movedTo = setup.movedTo;
    this.billingError = setup.billingError ?? false;
    this.hidesBackupsStored = setup.hidesBackupsStored ?? false;
    this.timesAsObjects = setup.timesAsObjects ?? false;
    this.limits = setup.limits ?? NO_LIMITS;
    this.faults = undefined;
    this.fault = setup.fault;
    this.setSchedule(setup.schedule);
  }

  get server(): BackupServer {
    return this.place.serverOf(this.serverName);
  }

  /** One fault or a queue of them; reading gives the queue that is left, `times` counted down. */
  get fault(): PortalFault | readonly PortalFault[] | undefined {
    return this.faults?.left() ?? [];
  }

  set fault(fault: PortalFault | readonly PortalFault[] | undefined) {
    this.faults = fault && createFaultQueue('kind' in fault ? [fault] : fault);
  }

  /** The fault for this request, counted down. */
  takeFault(kind: RequestKind): PortalFault | undefined {
    return this.faults?.take(kind);
  }

  /** Sets the schedule behind the API's back: nothing is checked, nothing runs. Undefined: none. */
  setSchedule(setup: ScheduleSetup | undefined): void {
    this.schedule = setup && toStored(setup, this.place.clock.now());
  }

  /** Lets the server's scheduler and cleaner catch up with the clock, the dump included. */
  runScheduler(): void {
    if (this.suspended) return; // the scheduler takes active portals only
    const { name, timezone, billingError, server } = this;
    const { clock } = this.place;
    runBackups(this, { clock, name, timezone, billingError });
    if (server.dump.schedule) runBackups(server.dump, { clock, billingError, ...server.dumpOwner });
  }
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

const NO_LIMITS: RequestLimits = {};
const NO_FOLDERS: ReadonlySet<string> = new Set();

function madeUpKey(name: string): string {
  return `sk-${createHash('sha256').update(name).digest('hex')}`;
}

function toStored(setup: ScheduleSetup, now: Date): StoredSchedule {
  const { lastBackupTime, ...body } = setup;
  const bound = bindSchedule(body, { href: '', method: 'POST' });
  if ('status' in bound || !bound.cron) throw new Error('This setup is no schedule');
  const storageParams = Object.fromEntries(
    bound.pairs.map(({ key, value }) => [storedText(key), storedText(value)]),
  );
  const { storageType, backupsStored, cron, dump } = bound;
  const basePath = basePathOf(storageType, storageParams) ?? null;
  const postedAt = lastBackupTime ?? now;
  return { storageType, storageParams, basePath, backupsStored, cron, dump, postedAt, lastBackupTime };
}
