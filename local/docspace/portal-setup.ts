import type { PortalFault } from './portal-fault.ts';
import type { TenantStatus } from './tenant-status.ts';

/** What a test or a demo says about a portal; what is left out is an ordinary, healthy portal. */
export type PortalSetup = {
  /** Unique in its fleet. */
  name: string;
  /** The key that a key file holds. Default: `sk-` and 64 hex digits made from the name. */
  apiKey?: string;
  /** All the portal's keys, the first one for the key file; beats `apiKey`. */
  keys?: readonly KeySetup[];
  /** Portals of one server share its dump schedule. Default: each portal has a server of its own. */
  server?: string;
  /** Stand-alone servers know `Local` and dumps, a SaaS portal (default) does not. */
  standalone?: boolean;
  /** May this portal see and change its server's dump? Default true; means nothing on SaaS. */
  spaceAccess?: boolean;
  plan?: PortalPlan;
  /** Backups a calendar month (UTC) that the plan has free. Default: more than any schedule makes; see `PLAN_OF_TODAY`. */
  freeBackups?: number;
  /** Is the paid backup service (the wallet's) on? Default false. */
  paidService?: boolean;
  /** The server's. Default 3.7.2. */
  version?: string;
  /** The storage modules with credentials; stand-alone, of all portals of the server. Default: all it knows. */
  storages?: readonly string[];
  /** IANA name. Default UTC. */
  timezone?: string;
  /** The id of the portal's ordinary folder. Default: the next of the fleet's one sequence. */
  folderId?: number;
  /** Ids of folders at connected providers (texts that are no numbers). */
  providerFolders?: readonly string[];
  /** A schedule that stands before the first request: as in a POST, but unchecked, and nothing runs because of it. */
  schedule?: ScheduleSetup;
  /** Default active. */
  status?: TenantStatus;
  /** The same as `status: 'suspended'`. */
  suspended?: boolean;
  /** Renamed or removed: the server knows no portal of this host. */
  unknownHost?: boolean;
  /** The portal's IP restriction keeps the caller out. */
  ipRestricted?: boolean;
  /** Absolute address: every request is redirected there. */
  movedTo?: string;
  /** The next scheduled run meets a billing error, and the server deletes the schedule. */
  billingError?: boolean;
  /** The GET leaves `backupsStored` out. */
  hidesBackupsStored?: boolean;
  /** Times of a key as the reference page shows them (an object); by default as a server sends them (a text). */
  timesAsObjects?: boolean;
  limits?: RequestLimits;
  fault?: PortalFault | readonly PortalFault[];
};

/**
 * `no-automatic-backup`: 402 to the POST (no free backups, no paid service). `overdue`: the bill is, and the scheduler
 * passes over the portal, silently. `unpaid`: so it does, and nearly every call is answered 402.
 */
export type PortalPlan = 'automatic-backup' | 'no-automatic-backup' | 'overdue' | 'unpaid';

/** What a paid plan gives today (DbQuota.cs:93, 133, 163, 173); a portal's setup is without such worries by default. */
export const PLAN_OF_TODAY = { freeBackups: 2, paidService: false } as const;

export type KeySetup = {
  /** `sk-...` is an API key; any other text is a token of the older kind (a session). */
  key: string;
  name?: string;
  /** Is the key's owner an administrator of the portal? Default true. */
  admin?: boolean;
  /** Scopes. None or `*`: all. `*:write`: the global write scope; `*:read`: reads alone; others are foreign. */
  permissions?: readonly string[];
  expiresAt?: Date;
  isActive?: boolean;
};

/** A schedule in the words of the POST. */
export type ScheduleSetup = {
  storageType?: string | number;
  storageParams?: readonly { key: unknown; value: unknown }[];
  backupsStored?: number;
  cronParams: { period?: string | number; hour?: number; day?: number };
  lastBackupTime?: Date;
};

/** Per key; what is not said is not limited. Past a limit: 429, and only the one of a day says `Retry-After`. */
export type RequestLimits = {
  requestsPerMinute?: number;
  writesPerDay?: number;
  parallelReads?: number;
  parallelWrites?: number;
};

/** What a real portal allows one user. */
export const REAL_LIMITS: RequestLimits = {
  requestsPerMinute: 1_500,
  writesPerDay: 10_000,
  parallelReads: 50,
  parallelWrites: 15,
};

export type ServerClock = {
  readonly now: () => Date;
  /** How long after each quarter of an hour the scheduler looks, in milliseconds. Default 0. */
  readonly lookOffsetMs?: number;
};
