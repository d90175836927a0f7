import type { IncomingMessage } from 'node:http';
import { readCredentials } from './authorize.ts';
import { createFleetTime, type FleetTime } from './fleet-time.ts';
import { type Listener, type ListenOptions, listen, ownAddress } from './listen.ts';
import { type BackupServer, createBackupServer, LocalPortal } from './local-portal.ts';
import type { PortalSetup, ServerClock } from './portal-setup.ts';
import { createRequestLimiter } from './request-limiter.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { type Serving, servePortals } from './serve-portals.ts';
import { createSocketBook } from './socket-book.ts';
import { createTimers } from './timers.ts';

export type FleetOptions = Partial<ServerClock> & {
  /** The fleet has a clock of its own that starts here and goes on when told (`advanceTo`, `step`); not beside `now`. */
  startAt?: Date;
  /** All portals on one port, told apart by the first label of Host if a portal has that name, else by their keys. */
  sharedPort?: boolean;
  /** On one port, each portal has an address of its own in 127.0.0.0/8; where there is but one (not Linux), a port. */
  ownAddresses?: boolean;
  /** Serve https with this key and certificate (PEM). */
  tls?: ListenOptions['tls'];
  /** The loopback address to listen on. Default 127.0.0.1. */
  address?: ListenOptions['address'];
  /** The host name in a portal's URL. Default: the address. Whoever uses another one has to resolve it. */
  hostOf?: (portal: string) => string;
  /** Keep counts of requests alone, no entries. */
  countsOnly?: boolean;
};

export type Fleet = FleetTime & {
  /** What the servers' clocks show. */
  readonly now: () => Date;
  readonly portals: readonly LocalPortal[];
  /** Throws for a name that is not in the fleet. */
  readonly portal: (name: string) => LocalPortal;
  /** The server that portals share by its name; a portal without one has a server of its own name. */
  readonly server: (name: string) => BackupServer;
  /** What a key file holds. */
  readonly keys: () => Record<string, { url: string; apiKey: string }>;
  readonly requests: RequestLog;
  /** TCP connections: ever opened, open now, and the most at any time. */
  readonly connections: number;
  readonly openSockets: number;
  readonly maxOpenSockets: number;
  /** Every portal's scheduler and cleaner do each look up to now, and one right now. */
  readonly runScheduler: () => void;
  /** Ends everything at once, requests under way too. */
  readonly close: () => Promise<void>;
};

/**
 * Serves these portals on loopback until closed. Nothing runs by itself: time is what `now` says, or the fleet's own
 * from `startAt`, and the servers' schedulers look when they are told to.
 */
export async function startFleet(setups: readonly PortalSetup[], options: FleetOptions = {}): Promise<Fleet> {
  const { now, setNow } = createClock(options);
  const clock: ServerClock = { now, lookOffsetMs: options.lookOffsetMs ?? 0 };
  const servers = new Map<string, BackupServer>();
  const portals = createPortals(setups, servers, clock);
  const byName = new Map(portals.map((portal) => [portal.name, portal]));
  if (byName.size !== portals.length) throw new Error('Two portals have the same name');

  const serving: Serving = {
    clock,
    log: createRequestLog(options.countsOnly ?? false),
    limiter: createRequestLimiter(),
    sockets: createSocketBook(),
    timers: createTimers(),
  };
  const isShared = options.sharedPort && !(options.ownAddresses && process.platform !== 'linux');
  const listeners = isShared
    ? [await listenShared(portals, byName, serving, options)]
    : await listenEach(portals, serving, options);

  return {
    ...createFleetTime(portals, servers, clock, setNow),
    now,
    portals,
    portal: (name) => byName.get(name) ?? missing(name),
    server: (name) => serverOf(servers, name),
    keys: () =>
      Object.fromEntries(portals.map(({ name, url, keys }) => [name, { url, apiKey: keys[0]?.key ?? '' }])),
    requests: serving.log,
    get connections() {
      return serving.sockets.opened;
    },
    get openSockets() {
      return serving.sockets.open;
    },
    get maxOpenSockets() {
      return serving.sockets.maxOpen;
    },
    runScheduler: () => {
      for (const portal of portals) portal.runScheduler();
    },
    close: async () => {
      serving.timers.clear();
      const closed = Promise.all(listeners.map(({ close }) => close()));
      serving.sockets.destroyAll();
      await closed;
    },
  };
}

// --- internal ---

function createClock({ now, startAt }: FleetOptions): Pick<Fleet, 'now'> & { setNow?: (time: Date) => void } {
  if (now && startAt) throw new Error('A fleet has one clock: `now` or `startAt`');
  if (!startAt) return { now: now ?? (() => new Date()) };
  let time = startAt;
  return {
    now: () => time,
    setNow: (to) => {
      time = to;
    },
  };
}

function missing(name: string): never {
  throw new Error(`No portal ${name} in this fleet`);
}

function serverOf(servers: Map<string, BackupServer>, name: string): BackupServer {
  const known = servers.get(name);
  if (known) return known;
  const server = createBackupServer(name);
  servers.set(name, server);
  return server;
}

/** Folder ids are one sequence: three for each portal, and none that a setup has chosen. */
function createPortals(
  setups: readonly PortalSetup[],
  servers: Map<string, BackupServer>,
  clock: ServerClock,
): LocalPortal[] {
  const ids = setups.flatMap(({ folderId }) => folderId ?? []);
  const chosen = new Set(ids);
  if (chosen.size !== ids.length) throw new Error('Two portals have the same folder id');
  let last = 1000;
  const nextId = () => {
    do last += 1;
    while (chosen.has(last));
    return last;
  };
  const find = (name: string) => serverOf(servers, name);
  return setups.map((setup, index) => {
    const folderIds = { documents: setup.folderId ?? nextId(), noCreate: nextId(), sectionRoot: nextId() };
    return new LocalPortal(setup, { tenantId: index + 1, folderIds, clock, serverOf: find });
  });
}

/** All or none: a fleet too big for its descriptors leaves no port open. */
async function listenEach(
  portals: readonly LocalPortal[],
  serving: Serving,
  options: FleetOptions,
): Promise<Listener[]> {
  const settled = await Promise.allSettled(portals.map((portal) => listenAlone(portal, serving, options)));
  const listeners = settled.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const failed = settled.find((result) => result.status === 'rejected');
  if (!failed) return listeners;
  await Promise.all(listeners.map(({ close }) => close()));
  throw failed.reason;
}

async function listenAlone(portal: LocalPortal, serving: Serving, options: FleetOptions): Promise<Listener> {
  const listener = await listen(
    servePortals(() => portal, serving),
    serving.sockets,
    options,
  );
  portal.url = listener.urlFor(options.hostOf?.(portal.name));
  return listener;
}

async function listenShared(
  portals: readonly LocalPortal[],
  byName: ReadonlyMap<string, LocalPortal>,
  serving: Serving,
  options: FleetOptions,
): Promise<Listener> {
  const byKey = new Map(portals.flatMap((portal) => portal.keys.map(({ key }) => [key, portal] as const)));
  const find = ({ headers: { host = '', authorization, cookie } }: IncomingMessage) => {
    const named = /^[\d.:[\]]+$/.test(host) ? undefined : byName.get(host.split(/[.:]/)[0] ?? '');
    const secret = readCredentials({ authorization, cookie })?.secret ?? '';
    // A key that came later than the fleet is looked for the slow way.
    return named ?? byKey.get(secret) ?? portals.find(({ keys }) => keys.some(({ key }) => key === secret));
  };
  const all = options.ownAddresses === true;
  const listener = await listen(servePortals(find, serving), serving.sockets, { ...options, all });
  for (const [index, portal] of portals.entries())
    portal.url = listener.urlFor(options.hostOf?.(portal.name) ?? (all ? ownAddress(index) : undefined));
  return listener;
}
