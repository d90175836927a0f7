import { PortalError } from '../../functions/model/portal-error.ts';
import type { PortalKey } from '../../functions/model/portal-key.ts';
import type { Clock } from '../../functions/model/ports/clock.ts';
import type { RunLog } from '../../functions/model/ports/run-log.ts';
import type { QueueMessage, TickQueue } from '../../functions/model/ports/tick-queue.ts';
import { AwsUnavailableError } from '../../functions/model/run-failure.ts';
import { readSettings } from '../../functions/model/settings.ts';
import type { PortalSetup } from '../../local/docspace/portal-setup.ts';
import { burstScheduler } from '../functions/burst-scheduler.ts';
import type { Dice } from './seeded-dice.ts';
import { type CallFault, type SiegeBucket, siegeBucket } from './siege-bucket.ts';
import { invokeFunction } from './siege-function.ts';
import { type SiegeFleet, siegeFleet } from './siege-portals.ts';

/** What befalls one invocation. */
export type Fate = {
  /** The call at which it dies: it is neither done nor answered. */
  readonly deathAt?: number;
  /** A call to the bucket that goes wrong, and how. */
  readonly callFault?: { readonly at: number; readonly how: CallFault };
  /** How far its clock is off. Milliseconds. */
  readonly skew?: number;
  /** How long each of its calls takes; default 1. Milliseconds. */
  readonly callMs?: number;
  /** The call after which its time is nearly over. */
  readonly outOfTimeAt?: number;
  /** Whether the keys can't be read at all. */
  readonly withoutKeys?: boolean;
};

export type Ended = { readonly run: string; readonly how: 'ok' | 'threw' | 'died'; readonly error?: unknown };

/** A message in the queue. */
export type Queued = { readonly id: string; readonly body: string; visibleAt: number; receives: number };

export type Summary = {
  readonly policy: string;
  readonly report: string;
  readonly totals: object;
  readonly ok: boolean;
};

export type SiegeWorld = SiegeFleet & {
  readonly bucket: SiegeBucket;
  readonly queue: Queued[];
  /** Messages that no run could do. */
  readonly lost: Queued[];
  readonly ends: Ended[];
  /** What the log has said of runs. */
  readonly summaries: Summary[];
  /** The names whose secret is another portal's, or that have none. */
  readonly secrets: Map<string, PortalKey | undefined>;
  now(): Date;
  /** @param withServers whether the servers' schedulers look, too */
  goOn(ms: number, withServers?: boolean): void;
  /** Starts an invocation; resolves when it is over, or has died. */
  invoke(event: unknown, requestId: string, fate: Fate): Promise<Ended>;
  /** Somebody else's doing, at its turn. */
  meanwhile(act: () => void): Promise<void>;
  settle(): Promise<void>;
  close(): Promise<void>;
};

export type WorldOptions = {
  readonly seed: number;
  readonly dice: Dice;
  readonly setups: readonly PortalSetup[];
  readonly withQueue: boolean;
  readonly approvals: 'policy' | 'bucket';
};

export const VISIBILITY_MS = 1_000_000;

export async function siegeWorld(options: WorldOptions): Promise<SiegeWorld> {
  const { seed, dice, setups, withQueue, approvals } = options;
  let time = Date.parse('2026-11-27T00:00:00Z');
  const now = () => new Date(time);
  const scheduler = burstScheduler(seed);
  const bucket = siegeBucket(now);
  const portals = await siegeFleet(setups, now);
  const settings = readSettings({
    ...{ POLICY_BUCKET: 'siege', CONCURRENCY: '2', ALLOW_INSECURE_LOOPBACK: 'true', APPROVALS: approvals },
    ...{ ALLOWED_DESTINATIONS: 'DataStore,ThirdPartyConsumer:s3:acme-*', TEAMS: '{"red":"red/portals/"}' },
  });
  const queue: Queued[] = [];
  const ends: Ended[] = [];
  const summaries: Summary[] = [];
  const secrets = new Map<string, PortalKey | undefined>(
    portals.fleet.portals.map(({ name, url, keys }) => [name, { origin: url, apiKey: keys[0]?.key ?? '' }]),
  );
  let tokens = 0;
  let messages = 0;

  const send = (list: readonly QueueMessage[], delaySeconds = 0) => {
    for (const message of list) {
      const visibleAt = time + delaySeconds * 1_000;
      queue.push({ id: `message ${++messages}`, body: JSON.stringify(message), visibleAt, receives: 0 });
    }
    return [];
  };
  const log: RunLog = {
    ...{ begin: ignore, portal: ignore, info: ignore, warn: ignore, error: ignore, count: ignore },
    verdicts: ignore,
    ...{ coverage: ignore, oldestReport: ignore, tickCompleted: ignore, unversioned: ignore },
    summary: (policy, summary) => summaries.push({ policy, ...(summary as Omit<Summary, 'policy'>) }),
  };

  function invoke(event: unknown, requestId: string, fate: Fate): Promise<Ended> {
    const {
      deathAt = Infinity,
      outOfTimeAt = Infinity,
      skew = 0,
      callMs = 1,
      callFault,
      withoutKeys = false,
    } = fate;
    const actor = `${requestId} ${ends.length} ${++tokens}`;
    let calls = 0;
    let bucketCalls = 0;
    let isDead = false;
    let die = () => {};
    const death = new Promise<void>((resolve) => {
      die = resolve;
    });
    const call = async <T>(effect: () => T | Promise<T>): Promise<T> => {
      calls++;
      time += callMs;
      if (calls >= deathAt && !isDead) {
        isDead = true;
        die();
      }
      if (isDead) return new Promise<T>(() => {});
      await scheduler.turn(actor);
      try {
        return await scheduler.during(Promise.resolve().then(effect));
      } finally {
        await scheduler.turn(actor);
      }
    };
    const clock: Clock = {
      now: () => time,
      date: () => new Date(++time + skew),
      sleep: async (ms) => {
        time += Math.min(ms, 5_000);
      },
    };
    const tickQueue: TickQueue = { send: (list, delay) => call(() => send(list, delay)) };
    const opened = portals.open(requestId, call, clock);
    const work = invokeFunction(event, requestId, {
      ...{ settings, clock, log, portals: opened, claimCache: new Map() },
      bucket: bucket.open(call, () => (++bucketCalls === callFault?.at ? callFault.how : undefined)),
      queue: withQueue ? tickQueue : undefined,
      newToken: () => `token ${++tokens}`,
      isOutOfTime: () => calls >= outOfTimeAt,
      listSecrets: (prefix) =>
        call(() =>
          [...secrets.keys()].filter((name) => name.startsWith('red-') === prefix.startsWith('red/')),
        ),
      keysFor: () => () =>
        call(() => {
          if (withoutKeys) throw new AwsUnavailableError('Secrets Manager did not answer');
          const keyOf = async (portal: string) => secrets.get(portal) ?? noKey();
          return { keyOf, originOf: (portal: string) => secrets.get(portal)?.origin, refresh: keyOf };
        }),
    });
    const over = work.then(
      () => ({ run: requestId, how: 'ok' as const }),
      (error: unknown) => ({ run: requestId, how: 'threw' as const, error }),
    );
    return Promise.race([over, death.then(() => ({ run: requestId, how: 'died' as const }))]).then((end) => {
      ends.push(end);
      if (end.how !== 'died') opened.close();
      return end;
    });
  }

  return {
    ...portals,
    ...{ bucket, queue, lost: [], ends, summaries, secrets, now, invoke },
    goOn: (ms, withServers = true) => {
      time += ms;
      if (withServers) portals.fleet.runScheduler();
    },
    meanwhile: async (act) => {
      for (let wait = dice.below(40); wait >= 0; wait--) await scheduler.turn('somebody');
      act();
    },
    settle: scheduler.settle,
    close: () => portals.fleet.close(),
  };
}

// --- internal ---

function ignore(): void {}

function noKey(): never {
  throw new PortalError('KEY_NOT_FOUND', 'there is no secret for this portal');
}
