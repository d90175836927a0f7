import type { ObjectChange } from '../../local/aws/local-s3.ts';
import { eventBridgeEvent } from '../../local/aws/object-events.ts';
import type { PortalSetup } from '../../local/docspace/portal-setup.ts';
import { type Dice, seededDice } from './seeded-dice.ts';
import { anyFault, FAULT_KINDS } from './siege-faults.ts';
import {
  firstPolicies,
  ODD,
  ORDINARY,
  TRAVELLERS,
  textOf,
  type Wish,
  type Written,
} from './siege-policies.ts';
import {
  type Ended,
  type Fate,
  type Queued,
  type SiegeWorld,
  siegeWorld,
  VISIBILITY_MS,
} from './siege-world.ts';

/** What people did, and what came of it. */
export type Day = {
  readonly seed: number;
  readonly world: SiegeWorld;
  readonly policies: readonly Written[];
  /** How often somebody put each policy. */
  readonly applies: Map<string, number>;
  /** How often somebody changed each portal by hand. */
  readonly edits: Map<string, number>;
  /** What somebody approved. */
  readonly approvals: { readonly digest: string; readonly portals: readonly string[] }[];
  /** What was stored between the two last ticks: nothing was to be done. */
  storedAtRest: number;
  withQueue: boolean;
};

/** @property after what it tells of: it never comes before that */
type Event = {
  readonly id: string;
  readonly event: unknown;
  readonly after: Promise<void>;
  at: number;
  tries: number;
};

const MINUTE = 60_000;
const SLOT = 30 * MINUTE;
const SLOTS = 48;
const TICK = { source: 'policy-sync.tick' };

/** A day of uploads, ticks, crashes and faults, then a night in which all goes well: two ticks. */
export async function liveDay(seed: number): Promise<Day> {
  const dice = seededDice(seed);
  const withQueue = dice.chance(0.6);
  const approvals = dice.chance(0.3) ? 'bucket' : 'policy';
  const world = await siegeWorld({ seed, dice, setups: SETUPS, withQueue, approvals });
  const policies = firstPolicies(dice);
  const day: Day = {
    ...{ seed, world, policies, applies: new Map(), edits: new Map(), approvals: [] },
    ...{ storedAtRest: 0, withQueue },
  };
  prepare(world);
  const agenda = openAgenda(day, dice);
  const kinds = dice.shuffled(FAULT_KINDS);
  for (const policy of policies) agenda.put(policy);
  for (let slot = 0; slot < SLOTS; slot++) {
    if (slot % 12 === 1 || dice.chance(0.05)) agenda.tick();
    for (let times = dice.below(3); times > 0; times--) {
      const kind = kinds[(slot * 2 + times) % kinds.length] ?? 'html';
      const portal = world.fleet.portal(dice.pick([...ORDINARY, ...TRAVELLERS]));
      portal.fault = [...[portal.fault ?? []].flat(), anyFault(kind, dice)];
    }
    if (dice.chance(0.5)) somebodyWrites(day, dice, approvals, agenda);
    if (dice.chance(0.3)) void world.meanwhile(() => somebodyMeddles(day, dice));
    await agenda.run(() => fateOf(dice));
    world.goOn(SLOT);
  }
  await night(day, agenda);
  return day;
}

// --- internal ---

const SETUPS: readonly PortalSetup[] = [...ORDINARY, ...TRAVELLERS, ...Object.values(ODD)].map((name) => {
  switch (name) {
    case ODD.forgets:
      return { name, fault: { kind: 'forgets', on: 'write' } };
    case ODD.hides:
      return { name, hidesBackupsStored: true };
    case ODD.late:
      return { name, timezone: 'America/New_York' };
    case ODD.noStorage:
      return { name, storages: [] };
    case ODD.unpaid:
      return { name, plan: 'no-automatic-backup' };
    case ODD.quota:
      return { name, freeBackups: 1 };
    default:
      return { name, timezone: name.startsWith('us-') ? 'America/New_York' : 'UTC' };
  }
});

function prepare({ secrets, fleet }: SiegeWorld): void {
  // The one free backup of the month is made: the server's next run deletes the schedule.
  fleet.portal(ODD.quota).backUpByHand();
  secrets.set(ODD.noKey, undefined);
  secrets.set(ODD.other, secrets.get(ODD.twin));
  fleet.portal(ODD.fights).setSchedule({ storageType: 4, backupsStored: 2, cronParams: { hour: 9 } });
}

type Agenda = {
  put(policy: Written): void;
  remove(policy: Written): void;
  tick(): void;
  /** Runs what is due, all at once, again and again until nothing is. */
  run(fate: () => Fate): Promise<void>;
  readonly isEmpty: () => boolean;
};

function openAgenda({ world, applies }: Day, dice: Dice): Agenda {
  const events: Event[] = [];
  let ids = 0;
  const add = (event: unknown, delay: number, after = Promise.resolve()) =>
    events.push({ id: `run ${++ids}`, event, at: world.now().getTime() + delay, tries: 0, after });
  const deliver = (key: string, kind: ObjectChange['kind'], after: Promise<void>) => {
    const at = world.now().getTime();
    const requestId = `${++ids}`;
    const change: ObjectChange = {
      bucket: 'siege',
      key,
      kind,
      at,
      sequencer: requestId,
      requestId,
    } as ObjectChange;
    const times = dice.chance(0.1) ? 0 : dice.chance(0.15) ? 2 : 1;
    for (let time = 0; time < times; time++)
      add(eventBridgeEvent(change), dice.chance(0.3) ? SLOT : 0, after);
  };

  async function deliverEvent(event: Event, fate: Fate): Promise<void> {
    await event.after;
    const { how } = await world.invoke(event.event, event.id, fate);
    if (how === 'ok' || ++event.tries >= 3) return;
    events.push({ ...event, at: world.now().getTime() + event.tries * MINUTE });
  }

  async function takeMessage(message: Queued, fate: Fate): Promise<void> {
    message.receives++;
    message.visibleAt = world.now().getTime() + VISIBILITY_MS;
    const { id, body, receives } = message;
    const attributes = { ApproximateReceiveCount: String(receives) };
    const record = { eventSource: 'aws:sqs', messageId: id, body, attributes };
    const { how }: Ended = await world.invoke({ Records: [record] }, id, fate);
    const place = world.queue.indexOf(message);
    if (how !== 'ok' && receives < 3) return;
    // That it was done is lost now and then: it comes once more, when nobody is at it any longer.
    if (how === 'ok' && dice.chance(0.1)) return;
    if (place >= 0) world.queue.splice(place, 1);
    if (how !== 'ok') world.lost.push(message);
  }

  return {
    put: (policy) => {
      applies.set(policy.name, (applies.get(policy.name) ?? 0) + 1);
      const key = `policies/${policy.name}.yaml`;
      const text = textOf(policy);
      deliver(
        key,
        'created',
        world.meanwhile(() => world.bucket.put(key, text)),
      );
    },
    remove: ({ name }) => {
      const key = `policies/${name}.yaml`;
      const removed = world.meanwhile(() => world.bucket.remove(key));
      deliver(key, 'delete-marker-created', removed);
    },
    tick: () => add(TICK, 0),
    isEmpty: () => events.length === 0 && world.queue.length === 0,
    run: async (fate) => {
      for (let round = 0; round < 4; round++) {
        const now = world.now().getTime();
        const due = events.filter(({ at }) => at <= now + (round > 0 ? 3 * MINUTE : 0));
        for (const event of due) events.splice(events.indexOf(event), 1);
        const works = due.map((event) => deliverEvent(event, fate()));
        for (const message of [...world.queue]) {
          if (message.visibleAt > now) continue;
          works.push(takeMessage(message, fate()));
        }
        await world.settle();
        await Promise.all(works);
      }
    },
  };
}

function fateOf(dice: Dice): Fate {
  return {
    callMs: dice.pick([1, 20, 80]),
    ...(dice.chance(0.5) && { skew: (dice.below(361) - 180) * 1_000 }),
    ...(dice.chance(0.2) && { deathAt: dice.below(160) }),
    ...(dice.chance(0.15) && {
      callFault: { at: 1 + dice.below(40), how: dice.pick(['before', 'after', 'again'] as const) },
    }),
    ...(dice.chance(0.1) && { outOfTimeAt: 20 + dice.below(80) }),
    ...(dice.chance(0.03) && { withoutKeys: true }),
  };
}

function somebodyWrites(day: Day, dice: Dice, approvals: 'policy' | 'bucket', agenda: Agenda): void {
  const policy = dice.pick(day.policies);
  const [one, two] = day.policies.filter(({ name }) => name === 'one' || name === 'two');
  const isTravel = one && two && (policy === one || policy === two);
  if (policy.name === 'us' && dice.chance(0.5)) {
    approve(day, policy, approvals, agenda);
    return;
  }
  if (policy.isInvalid) policy.isInvalid = false;
  else if (isTravel && dice.chance(0.6)) {
    travel(one, two, dice, agenda);
    return;
  } else if (dice.chance(0.15)) policy.isInvalid = true;
  else if (policy.name !== 'odd') change(policy, dice);
  if (isTravel && dice.chance(0.2)) agenda.remove(policy);
  else agenda.put(policy);
}

function change({ portals, isGuarded }: Written, dice: Dice): void {
  if (portals.size === 0) return;
  const wish: Wish = dice.pick([...portals.values()]);
  if (dice.chance(0.15) && !wish.module) wish.absent = !wish.absent;
  else if (dice.chance(0.15)) wish.mode = wish.mode ? undefined : 'detect';
  else if (dice.chance(0.5) || isGuarded) wish.copies = 3 + dice.below(20);
  else wish.hour = dice.below(12);
}

/** A portal goes over, is named by both, or by none. */
function travel(one: Written, two: Written, dice: Dice, agenda: Agenda): void {
  const portal = dice.pick(TRAVELLERS);
  const wish = { copies: 3 + dice.below(20), hour: dice.below(12) };
  for (const policy of dice.shuffled([one, two])) {
    if (dice.chance(0.5))
      policy.portals.set(portal, { ...wish, copies: wish.copies + (policy === one ? 0 : 1) });
    else policy.portals.delete(portal);
    policy.isInvalid = false;
    agenda.put(policy);
  }
}

/** Somebody has read the last report, and approves what it holds back: or approves once more what was approved. */
function approve({ world, approvals }: Day, policy: Written, by: 'policy' | 'bucket', agenda: Agenda): void {
  const report = JSON.parse(world.bucket.text(`reports/${policy.name}/latest.json`) ?? '{}');
  const guard = report.policies?.[0]?.guard;
  if (!guard?.digest || guard.approved) return;
  const portals = Object.keys(guard.changes);
  if (!approvals.some(({ digest }) => digest === guard.digest))
    approvals.push({ digest: guard.digest, portals });
  if (by === 'bucket') world.bucket.put(`approvals/${policy.name}/${guard.digest}`, 'yes');
  else policy.approve = guard.digest;
  agenda.put(policy);
}

function somebodyMeddles({ world, edits }: Day, dice: Dice): void {
  const name = dice.chance(0.3) ? ODD.fights : dice.pick([...ORDINARY, ...TRAVELLERS]);
  const portal = world.fleet.portal(name);
  if (name !== ODD.fights && dice.chance(0.4)) {
    const key = { key: `sk-${'0123456789abcdef'[dice.below(16)]?.repeat(64)}` };
    if (dice.chance(0.5)) portal.suspended = !portal.suspended;
    else portal.keys = [key];
    if (dice.chance(0.7)) world.secrets.set(name, { origin: portal.url, apiKey: portal.keys[0]?.key ?? '' });
    return;
  }
  edits.set(name, (edits.get(name) ?? 0) + 1);
  if (dice.chance(0.5)) portal.setSchedule(undefined);
  else portal.setSchedule({ storageType: 4, backupsStored: 29, cronParams: { hour: 20 } });
}

/** Nothing fails any more, and nobody changes anything. */
async function night(day: Day, agenda: Agenda): Promise<void> {
  const { world } = day;
  const { fleet, secrets, book } = world;
  for (const name of [...ORDINARY, ...TRAVELLERS]) {
    const portal = fleet.portal(name);
    portal.fault = undefined;
    portal.suspended = false;
    secrets.set(name, { origin: portal.url, apiKey: portal.keys[0]?.key ?? '' });
  }
  const allStored = () => [...book.stored.values()].reduce((sum, count) => sum + count, 0);
  const drain = async () => {
    for (let wait = 0; wait < 12 && !agenda.isEmpty(); wait++) {
      await agenda.run(() => ({}));
      world.goOn(SLOT, false);
    }
  };
  await drain();
  agenda.tick();
  await drain();
  const before = allStored();
  agenda.tick();
  await drain();
  day.storedAtRest = allStored() - before;
}
