import type { PortalOutcome } from '../../functions/model/outcome.ts';
import type { Clock } from '../../functions/model/ports/clock.ts';
import type { PolicyBucket, StoredObject } from '../../functions/model/ports/policy-bucket.ts';
import type { Portals, PortalWriter } from '../../functions/model/ports/portals.ts';
import type { BackupSchedule } from '../../functions/model/schedule.ts';
import { readSettings } from '../../functions/model/settings.ts';
import { isSameSchedule } from '../../functions/portal/plan-portal.ts';
import type { Totals } from '../../functions/report/totals.ts';
import { leaveWord } from '../../functions/run/lease.ts';
import { type EventContext, runTick, runUploads } from '../../functions/run/run-policies.ts';
import type { BurstScheduler } from './burst-scheduler.ts';

/**
 * Runs of the function over a bucket and portals in memory. Every call takes effect, and is answered, when the
 * scheduler says so.
 */
export type SimulatedWorld = {
  /** The policy's text is put when its turn comes, and its event delivered later. Resolves when its run is over. */
  upload(policy: string, text: string): Promise<void>;
  /** The event of the policy's text is delivered, once more. */
  deliverAgain(policy: string): Promise<void>;
  tick(): Promise<void>;
  /** The next write to a portal is followed at once by another policy's, which is under way. */
  rival(portal: string, schedule: BackupSchedule): void;
  /** Another policy's run leaves word that it has let portals go. */
  letGo(policy: string, portals: readonly string[]): Promise<unknown>;
  /** After so many more calls the run that makes the next one dies: its calls are neither done nor answered. */
  crashAfter(calls: number): void;
  /** Time goes by, longer than a lease lasts. */
  letLeasesRunOut(): void;
  text(policy: string): string | undefined;
  report(policy: string): StoredReport | undefined;
  /** All reports of a policy, the newest one apart, oldest first. */
  reports(policy: string): StoredReport[];
  readonly schedules: ReadonlyMap<string, BackupSchedule>;
  /** Every write, in order: to which portal, and how many copies it asks for. */
  readonly writes: readonly { readonly portal: string; readonly copies: number | undefined }[];
  /** The portals of writes that found the portal as they left it. */
  readonly needlessWrites: readonly string[];
  /** What was thrown, if anything. */
  readonly failures: readonly unknown[];
};

export type StoredReport = {
  policies: [{ version: string; totals: Totals; portals: PortalOutcome[] }];
};

const SETTINGS = readSettings({ POLICY_BUCKET: 'simulated', ALLOWED_DESTINATIONS: '*', CONCURRENCY: '2' });
const LEASE_MS = 960_000;

/** @param stepMs how much time goes by whenever somebody looks at the clock */
export function simulateWorld(scheduler: BurstScheduler, stepMs = 0): SimulatedWorld {
  const objects = new Map<string, Omit<StoredObject, 'bytes'> & { readonly bytes: Uint8Array }>();
  const schedules = new Map<string, BackupSchedule>();
  const failures: unknown[] = [];
  let ticks = 0;
  let writes = 0;
  const needlessWrites: string[] = [];
  const rivals = new Map<string, BackupSchedule>();
  const sent: { portal: string; copies: number | undefined }[] = [];
  let runs = 0;
  let callsToCrash = Number.POSITIVE_INFINITY;

  const clock: Clock = {
    now: () => {
      ticks += stepMs;
      return ticks;
    },
    date: () => new Date(1_800_000_000_000 + ticks++),
    sleep: async () => {},
  };

  function store(key: string, body: string | Uint8Array): string {
    const version = `v${++writes}`;
    const etag = `"${version}"`;
    objects.set(key, {
      bytes: typeof body === 'string' ? new TextEncoder().encode(body) : body,
      etag,
      version,
      isVersioned: true,
      modifiedAt: clock.date(),
    });
    return etag;
  }

  /** A call takes effect when its turn comes; its answer has a turn of its own. */
  function caller(actor: string) {
    let isDead = false;
    return async <T>(effect: () => T): Promise<T> => {
      if (callsToCrash-- === 0) isDead = true;
      if (isDead) return new Promise<T>(() => {});
      await scheduler.turn(actor);
      const answer = effect();
      await scheduler.turn(actor);
      return answer;
    };
  }

  function bucketOf(call: ReturnType<typeof caller>): PolicyBucket {
    return {
      read: (key) => call(() => objects.get(key)),
      look: (key) => call(() => objects.get(key)),
      readStart: (key, bytes) => call(() => objects.get(key)?.bytes.subarray(0, bytes)),
      list: (prefix) =>
        call(() =>
          [...objects]
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, { etag, modifiedAt }]) => ({ key, etag, modifiedAt }))
            .sort((a, b) => (a.key < b.key ? -1 : 1)),
        ),
      write: (key, body, condition) =>
        call(() => {
          const now = objects.get(key);
          if (condition === 'new' ? now : condition && condition.etag !== now?.etag) return undefined;
          return store(key, body);
        }),
    };
  }

  function portalsOf(call: ReturnType<typeof caller>): Portals {
    const open = ({ apiKey: name }: { apiKey: string }): PortalWriter => {
      const read = () => call(() => schedules.get(name));
      return {
        readSchedule: read,
        readBack: read,
        send: (schedule) =>
          call(() => {
            sent.push({ portal: name, copies: schedule?.backupsStored });
            if (isSameSchedule(schedule, schedules.get(name))) needlessWrites.push(name);
            if (schedule) schedules.set(name, schedule);
            else schedules.delete(name);
            const rival = rivals.get(name);
            if (rival) schedules.set(name, rival);
            rivals.delete(name);
            return { kind: 'accepted' } as const;
          }),
        pause: async () => false,
        usage: () => ({ requests: 0, attempts: 0 }),
        lastBackup: () => undefined,
        readHistory: async () => [],
        readSettings: async () => ({
          timezone: undefined,
          standalone: undefined,
          tenantStatus: undefined,
          version: undefined,
        }),
        readStorages: async () => [{ id: 's3', isSet: true }],
        readServiceState: async () => false,
        readBackupsCount: async () => 0,
        readFreeBackups: async () => undefined,
        readKeyInfo: async () => undefined,
        redact: (text) => text,
        close: () => {},
      };
    };
    return { openReader: open, openWriter: open, close: () => {} };
  }

  /** A function that has just started: nothing is kept from another run. */
  function startRun(runId: string): EventContext {
    const call = caller(runId);
    const bucket = bucketOf(call);
    let tokens = 0;
    return {
      runId,
      bucket,
      settings: SETTINGS,
      claimCache: new Map(),
      keysFor: () => async () => ({
        keyOf: async (portal) => ({ origin: `https://${portal}.onlyoffice.com`, apiKey: portal }),
        originOf: (portal) => `https://${portal}.onlyoffice.com`,
      }),
      portals: portalsOf(call),
      clock,
      lease: { bucket, clock, runId, newToken: () => `${runId}, ${++tokens}`, leaseMs: LEASE_MS },
      isOutOfTime: () => false,
      onOutcome: () => {},
      onRound: () => {},
      onRun: () => {},
      listSecrets: async () => [],
      listKeys: async () => ({ keys: new Map(), unreadGroups: [] }),
      announcing: { channels: [], digest: undefined, deployment: '', page: '', beat: undefined },
      onCoverage: () => {},
      onVerdicts: () => {},
      onTrouble: () => {},
    };
  }

  return {
    schedules,
    failures,
    needlessWrites,
    writes: sent,
    upload: async (policy, text) => {
      const run = `run ${++runs}`;
      await scheduler.turn(run);
      store(`policies/${policy}.yaml`, text);
      await scheduler.turn(run);
      await runUploads([policy], startRun(run)).catch((error: unknown) => failures.push(error));
    },
    deliverAgain: (policy) =>
      runUploads([policy], startRun(`run ${++runs}`)).catch((error: unknown) => void failures.push(error)),
    tick: async () => {
      const run = `run ${++runs}`;
      await scheduler.turn(run);
      const account = await runTick(startRun(run));
      failures.push(...account.failures);
    },
    rival: (portal, schedule) => rivals.set(portal, schedule),
    letGo: (policy, portals) => leaveWord(policy, portals, bucketOf(caller(`run ${++runs}`))),
    crashAfter: (calls) => {
      callsToCrash = calls;
    },
    letLeasesRunOut: () => {
      ticks += 2 * LEASE_MS;
    },
    text: (policy) => {
      const found = objects.get(`policies/${policy}.yaml`);
      return found && new TextDecoder().decode(found.bytes);
    },
    report: (policy) => {
      const found = objects.get(`reports/${policy}/latest.json`);
      return found && parse(found.bytes);
    },
    reports: (policy) =>
      [...objects]
        .filter(([key]) => key.startsWith(`reports/${policy}/2`))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { bytes }]) => parse(bytes)),
  };
}

// --- internal ---

function parse(bytes: Uint8Array): StoredReport {
  return JSON.parse(new TextDecoder().decode(bytes));
}
