import * as z from 'zod/mini';
import { CHANNELS, type ChannelName } from '../../model/ports/channel.ts';
import type { Batch } from './batch.ts';
import { EVENTS, type EventCounts, isTrouble, TROUBLES, type Trouble } from './events.ts';
import type { ToldPolicy } from './tell-policy.ts';
import type { Told } from './tell-subject.ts';

/** What people were told, and what is still to be sent: `reports/messages.json`. */
export type ToldMemory = {
  readonly policies: ReadonlyMap<string, ToldPolicy>;
  /** What was told since the last digest. */
  readonly week: EventCounts;
  /** The time that the last digest was due at; ISO; `undefined`: there was none yet. */
  readonly digestAt: string | undefined;
  /** For each way to tell them. */
  readonly unsent: ReadonlyMap<ChannelName, readonly Batch[]>;
};

export const NO_MEMORY: ToldMemory = {
  policies: new Map(),
  week: {},
  digestAt: undefined,
  unsent: new Map(),
};

/** A longer memory is none of ours. Bytes. */
export const MOST_MEMORY_BYTES = 64 * 1024 * 1024;

/** So many portals are told apart: more of them in trouble at once are one trouble. */
export const MOST_REMEMBERED = 200_000;

/** Reads the file; `undefined` where it is none of ours: all is told anew then. */
export function readMemory(bytes: Uint8Array | undefined): ToldMemory | undefined {
  try {
    const { policies, week, digestAt, unsent } = Kept.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return {
      policies: new Map(entriesOf(policies).map(([policy, told]) => [policy, policyFrom(told)])),
      week,
      digestAt,
      unsent: new Map(
        CHANNELS.map((channel) => [channel, unsent[channel] ?? []] as const).filter(
          ([, batches]) => batches.length > 0,
        ),
      ),
    };
  } catch {
    return undefined;
  }
}

export function writeMemory({ policies, week, digestAt, unsent }: ToldMemory): string {
  const told = Array.from(policies, ([policy, { looked, own, portals }]) => {
    const kept = Array.from(portals, ([portal, one]) => [portal, subjectEntry(one)] as const);
    return [policy, { looked, own: subjectEntry(own), portals: Object.fromEntries(kept) }] as const;
  });
  return JSON.stringify({
    schema: 1,
    policies: Object.fromEntries(told),
    week,
    digestAt,
    unsent: Object.fromEntries(unsent),
  });
}

// --- internal ---

const Counts = z.catch(z.partialRecord(z.enum(EVENTS), z.int()), {});

const Group = z.object({
  event: z.enum(EVENTS),
  policy: z.string(),
  own: z.boolean(),
  label: z.string(),
  text: z.string(),
  count: z.int(),
  portals: z.array(z.string()),
});

const KeptDigest = z.object({
  since: z.nullable(z.iso.datetime()),
  policies: z.int(),
  portals: z.int(),
  verdicts: z.record(z.string(), z.int()),
  told: Counts,
  inTrouble: z.int(),
  longest: z.array(
    z.object({
      trouble: z.enum(TROUBLES),
      policy: z.string(),
      portal: z.nullable(z.string()),
      since: z.iso.datetime(),
    }),
  ),
});

const KeptBatch = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  taken: z.optional(z.iso.datetime()),
  counts: Counts,
  groups: z.array(Group),
  digest: z.optional(KeptDigest),
});

const Kept = z.object({
  schema: z.literal(1),
  // Looked into by hand: names of policies and portals are anybody's, and a schema would make a copy of each.
  policies: z.unknown(),
  week: Counts,
  digestAt: z.optional(z.iso.datetime()),
  unsent: z.object({ topic: z.optional(z.array(KeptBatch)), webhook: z.optional(z.array(KeptBatch)) }),
});

const KeptPolicy = z.object({ looked: z.iso.datetime(), own: z.unknown(), portals: z.unknown() });

const Marked = z.tuple([z.iso.datetime(), z.string()]);

const KeptSubject = z.object({
  on: z.optional(z.record(z.string(), Marked)),
  over: z.optional(z.record(z.string(), Marked)),
  flaps: z.optional(z.literal(true)),
  key: z.optional(z.string()),
  repaired: z.optional(z.iso.datetime()),
});

function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return Object.entries(value);
}

function policyFrom(value: unknown): ToldPolicy {
  const { looked, own, portals } = KeptPolicy.parse(value);
  const told = entriesOf(portals).map(([portal, one]) => [portal, subjectFrom(one)] as const);
  return { looked, own: subjectFrom(own), portals: new Map(told) };
}

function subjectFrom(value: unknown): Told {
  const { on = {}, over = {}, flaps = false, key, repaired } = KeptSubject.parse(value);
  return {
    on: new Map(troublesIn(on).map(([trouble, [since, mark]]) => [trouble, { since, mark }])),
    over: new Map(troublesIn(over).map(([trouble, [until, mark]]) => [trouble, { until, mark }])),
    flaps,
    key,
    repaired,
  };
}

/** One of a later release is as if it were not there. */
function troublesIn<T>(record: Readonly<Record<string, T>>): [Trouble, T][] {
  return Object.entries(record).filter((entry): entry is [Trouble, T] => isTrouble(entry[0]));
}

function subjectEntry({ on, over, flaps, key, repaired }: Told): object {
  return {
    ...(on.size > 0 && {
      on: Object.fromEntries(Array.from(on, ([trouble, { since, mark }]) => [trouble, [since, mark]])),
    }),
    ...(over.size > 0 && {
      over: Object.fromEntries(Array.from(over, ([trouble, { until, mark }]) => [trouble, [until, mark]])),
    }),
    ...(flaps && { flaps }),
    ...(key !== undefined && { key }),
    ...(repaired !== undefined && { repaired }),
  };
}
