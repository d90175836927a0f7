import { createBackupBook, runBackups, runLooks } from './backup-book.ts';
import { type Archive, type BackupBook, type LookOutcome, newArchive } from './backup-records.ts';
import type { FolderIds } from './check-schedule.ts';
import { chargeFor, type FreeBackups } from './free-backups.ts';
import { createFaultQueue, type FaultQueue, type PortalFault, type RequestKind } from './portal-fault.ts';
import type { PortalSetup, ScheduleSetup, ServerClock } from './portal-setup.ts';
import { PortalState } from './portal-state.ts';
import { dumpOptions, runOptions } from './run-options.ts';
import { storeSetup } from './schedule-setup.ts';
import { modulesOf, opensStore, type StorageModule } from './storage-modules.ts';
import type { StoredSchedule } from './stored-schedule.ts';

/** What the portals of one server share. */
export type BackupServer = {
  readonly name: string;
  readonly dump: BackupBook;
  /** The portal that posted the dump schedule, with whose storages it runs. */
  dumpOwner: LocalPortal | undefined;
  /** The modules with credentials of a stand-alone server (Consumer.cs:226-228); undefined: all. */
  storages: ReadonlySet<string> | undefined;
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
 * One portal. A class, because fleets have 100,000: with methods and accessors of their own they took three times the
 * room and ten times as long to make.
 */
export class LocalPortal extends PortalState {
  readonly tenantId: number;
  private readonly place: PortalPlace;
  private readonly serverName: string;
  private faults: FaultQueue | undefined;
  private ownStorages: ReadonlySet<string> | undefined;

  constructor(setup: PortalSetup, place: PortalPlace) {
    super(setup, place.folderIds);
    this.tenantId = place.tenantId;
    this.place = place;
    this.serverName = setup.server ?? setup.name;
    this.faults = undefined;
    this.fault = setup.fault;
    this.ownStorages = undefined;
    if (setup.storages) this.storages = new Set(setup.storages);
    this.setSchedule(setup.schedule);
  }

  get server(): BackupServer {
    return this.place.serverOf(this.serverName);
  }

  get modules(): readonly StorageModule[] {
    return modulesOf(this.version);
  }

  /** The storage modules with credentials; on a stand-alone server those of all its portals. */
  get storages(): ReadonlySet<string> {
    const known = this.standalone ? this.server.storages : this.ownStorages;
    return known ?? new Set(this.modules.map(({ id }) => id));
  }

  set storages(storages: ReadonlySet<string>) {
    if (this.standalone) this.server.storages = storages;
    else this.ownStorages = storages;
  }

  /** What the plan gives; a stand-alone server counts nothing (CountFreeBackupFeature.cs:61-64). */
  get free(): FreeBackups | undefined {
    if (this.standalone) return undefined;
    if (this.plan === 'no-automatic-backup') return { free: 0, paidService: false };
    return { free: this.freeBackups, paidService: this.paidService };
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
    this.schedule = setup && storeSetup(setup, this.place.clock.now());
  }

  /** Keeps what was posted: the portal's schedule, or that of its server's dump. */
  store(schedule: StoredSchedule): void {
    this.writes += 1;
    if (!schedule.dump) {
      this.schedule = schedule;
      return;
    }
    this.server.dump.schedule = schedule;
    this.server.dumpOwner = this;
  }

  /** Is this a folder of the portal, or of a provider that is connected to it? */
  hasFolder(id: string): boolean {
    return id === String(this.folderIds.documents) || this.providerFolders.has(id);
  }

  /** Can the storage of this archive be opened? */
  opens({ module }: Archive): boolean {
    return module === undefined || opensStore(module, this);
  }

  /** The server's scheduler and cleaner do every look up to now, and one right now; the dump's too. */
  runScheduler(): void {
    const { clock } = this.place;
    const { dump, dumpOwner } = this.server;
    runBackups(this, runOptions(this, clock));
    if (dump.schedule) runBackups(dump, dumpOptions(dumpOwner, clock));
  }

  /** The looks each quarter of an hour up to a time, and no other; the dump's not. */
  runLooks(until: Date): LookOutcome[] {
    return runLooks(this, runOptions(this, this.place.clock), until);
  }

  /** Somebody makes a backup on the vendor's page. False: refused, no free one is left (BackupController.cs:240-256). */
  backUpByHand(storageType = 4): boolean {
    const at = this.place.clock.now();
    const charge = chargeFor(this, this.free, at);
    if (charge.refused !== undefined) return false;
    const { name } = this;
    const { paid } = charge;
    this.archives.push(newArchive({ storageType, storageParams: {} }, { at, name, scheduled: false, paid }));
    return true;
  }

  /** The account of a provider is cut off: its folders are gone, and a schedule into one of them. */
  disconnectProvider(): void {
    const { schedule, providerFolders } = this;
    this.providerFolders = new Set();
    if (!schedule || !providerFolders.has(schedule.basePath ?? '')) return;
    this.schedule = undefined;
    this.schedulesDeleted.push(this.place.clock.now());
  }
}

export function createBackupServer(name: string): BackupServer {
  return { name, dump: createBackupBook(), dumpOwner: undefined, storages: undefined };
}
