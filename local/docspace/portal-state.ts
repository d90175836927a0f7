import { createHash } from 'node:crypto';
import type { Archive, BackupBook, BackupStart, Mail } from './backup-records.ts';
import type { FolderIds } from './check-schedule.ts';
import type { KeySetup, PortalPlan, PortalSetup, RequestLimits } from './portal-setup.ts';
import type { RequestCounts } from './request-log.ts';
import type { StoredSchedule } from './stored-schedule.ts';
import type { TenantStatus } from './tenant-status.ts';

/**
 * What a portal is, as its setup says, and what has happened to it. Whatever is not readonly may be changed while it
 * serves.
 */
export class PortalState implements BackupBook {
  schedule: StoredSchedule | undefined;
  lookedUntil: Date | undefined;
  archives: Archive[] = [];
  backupsStarted: BackupStart[] = [];
  archivesDeleted: Archive[] = [];
  archivesDropped: Archive[] = [];
  recordsDropped = 0;
  schedulesDeleted: Date[] = [];
  mails: Mail[] = [];
  /** POSTs that stored a schedule, the dump's too. */
  writes = 0;
  readonly name: string;
  /** Where it listens; the fleet says. */
  url = '';
  keys: KeySetup[];
  standalone: boolean;
  spaceAccess: boolean;
  plan: PortalPlan;
  freeBackups: number;
  paidService: boolean;
  version: string;
  timezone: string;
  readonly folderIds: FolderIds;
  providerFolders: ReadonlySet<string>;
  status: TenantStatus;
  unknownHost: boolean;
  ipRestricted: boolean;
  movedTo: string | undefined;
  billingError: boolean;
  hidesBackupsStored: boolean;
  timesAsObjects: boolean;
  limits: RequestLimits;
  /** Requests of this portal alone. */
  readonly counts: RequestCounts = { all: 0, read: 0, write: 0, delete: 0, other: 0 };

  constructor(setup: PortalSetup, folderIds: FolderIds) {
    this.name = setup.name;
    this.folderIds = folderIds;
    this.keys = [...(setup.keys ?? [{ key: setup.apiKey ?? madeUpKey(setup.name) }])];
    this.standalone = setup.standalone ?? false;
    this.spaceAccess = setup.spaceAccess ?? true;
    this.plan = setup.plan ?? 'automatic-backup';
    this.freeBackups = setup.freeBackups ?? MORE_THAN_ENOUGH;
    this.paidService = setup.paidService ?? false;
    this.version = setup.version ?? '3.7.2';
    this.timezone = setup.timezone ?? 'UTC';
    this.providerFolders = setup.providerFolders ? new Set(setup.providerFolders) : NO_FOLDERS;
    this.status = setup.status ?? (setup.suspended ? 'suspended' : 'active');
    this.unknownHost = setup.unknownHost ?? false;
    this.ipRestricted = setup.ipRestricted ?? false;
    this.movedTo = setup.movedTo;
    this.billingError = setup.billingError ?? false;
    this.hidesBackupsStored = setup.hidesBackupsStored ?? false;
    this.timesAsObjects = setup.timesAsObjects ?? false;
    this.limits = setup.limits ?? NO_LIMITS;
  }

  /** The same as the status `suspended`; false makes an active portal of it. */
  get suspended(): boolean {
    return this.status === 'suspended';
  }

  set suspended(suspended: boolean) {
    this.status = suspended ? 'suspended' : 'active';
  }
}

// --- internal ---

const NO_LIMITS: RequestLimits = {};
const NO_FOLDERS: ReadonlySet<string> = new Set();
/** Free backups a month. */
const MORE_THAN_ENOUGH = 1_000;

function madeUpKey(name: string): string {
  return `sk-${createHash('sha256').update(name).digest('hex')}`;
}
