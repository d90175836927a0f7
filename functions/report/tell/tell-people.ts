import { randomUUID } from 'node:crypto';
import type { DigestTime } from '../../model/digest-time.ts';
import { MINUTE } from '../../model/durations.ts';
import { latestReportKey, MESSAGES_KEY } from '../../model/policy-ref.ts';
import type { Channel, ChannelName } from '../../model/ports/channel.ts';
import type { Clock } from '../../model/ports/clock.ts';
import type { PolicyBucket, WriteCondition } from '../../model/ports/policy-bucket.ts';
import { NotSentError } from '../../model/told-message.ts';
import { MOST_REPORT_BYTES, readReport } from '../read-report.ts';
import { type Batch, joinBatches } from './batch.ts';
import { composeMessage } from './compose-message.ts';
import { countTroubles, openTelling } from './open-telling.ts';
import { MOST_MEMORY_BYTES, NO_MEMORY, readMemory, type ToldMemory, writeMemory } from './told-memory.ts';

export type TellContext = {
  readonly bucket: PolicyBucket;
  readonly clock: Clock;
  /** Without any, nobody is told anything, and nothing is remembered. */
  readonly channels: readonly Channel[];
  readonly digest: DigestTime | undefined;
  readonly deployment: string;
  /** Where the page is looked at. */
  readonly page: string;
  /** Told of what could not be sent or kept, in words. */
  readonly onTrouble: (what: string, error: unknown) => void;
};

/**
 * Tells people what is new since they were told last. Never throws.
 *
 * What is to be told is remembered first, and sent then: if the process dies in between, the next one sends it. If it
 * dies after sending, before that is remembered, the next message says it once more: never less than once. Two at once
 * say it once: who remembers second finds nothing new, and leaves to the first what that one sends.
 * @param policies those to look at
 * @param isTick whether these are all there are
 */
export async function tellPeople(
  policies: readonly string[],
  isTick: boolean,
  context: TellContext,
): Promise<void> {
  if (context.channels.length === 0) return;
  try {
    const kept = await remember(policies, isTick, context);
    if (kept && kept.mine.size > 0) await sendAll(kept, context);
  } catch (error) {
    context.onTrouble('people could not be told what is new', error);
  }
}

// --- internal ---

/** What was taken from a bucket at rest. */
type Kept = {
  readonly memory: ToldMemory;
  readonly etag: string;
  /** What this process sends now, a batch a channel. */
  readonly mine: ReadonlyMap<ChannelName, Batch>;
};

const MOST_TRIES = 4;

const LOST = `${MESSAGES_KEY} is damaged, too big, or none of ours`;

/** Longer nobody sends: what was taken before that is taken again. */
const SENDING = 5 * MINUTE;

/** So many are kept apart; then the oldest become one. */
const MOST_BATCHES = 4;

/** `undefined` where there was nothing to remember, and nothing to send. */
async function remember(
  policies: readonly string[],
  isTick: boolean,
  context: TellContext,
): Promise<Kept | undefined> {
  const { bucket, clock, digest } = context;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await bucket.read(MESSAGES_KEY, MOST_MEMORY_BYTES);
    const before = found && readMemory(found.bytes);
    if (found && !before) context.onTrouble('what people were told is told anew', new NotSentError(LOST));
    const now = clock.date();
    const telling = openTelling(before ?? NO_MEMORY, { now, id: randomUUID(), isTick, digest });
    for (const policy of policies) telling.look(policy, await reportOf(bucket, policy, now));
    const { memory: told, batch } = telling.result();
    const { memory, mine } = takeUnsent(told, batch, context.channels, now);
    const text = writeMemory(memory);
    if (before && mine.size === 0 && text === writeMemory(before)) return undefined;
    const etag = await bucket.write(MESSAGES_KEY, text, found ? { etag: found.etag } : 'new');
    if (etag !== undefined) return { memory, etag, mine };
  }
  throw new NotSentError(`${MESSAGES_KEY} was written by others each time`);
}

/** Its newest report; `undefined` where it has none, or none that can be read: then nothing is new. */
async function reportOf(bucket: PolicyBucket, policy: string, now: Date) {
  const found = await bucket.read(latestReportKey(policy), MOST_REPORT_BYTES).catch(() => undefined);
  return readReport(found?.bytes, found?.modifiedAt ?? now);
}

/** What is not on its way yet, as one batch a channel, is this process's to send. Channels that are no more are dropped. */
function takeUnsent(
  memory: ToldMemory,
  news: Batch | undefined,
  channels: readonly Channel[],
  now: Date,
): Pick<Kept, 'memory' | 'mine'> {
  const unsent = new Map<ChannelName, readonly Batch[]>();
  const mine = new Map<ChannelName, Batch>();
  for (const { name } of channels) {
    const all = [...(memory.unsent.get(name) ?? []), ...(news ? [news] : [])];
    const onTheirWay = all.filter((batch) => isOnItsWay(batch, now));
    const free = all.filter((batch) => !isOnItsWay(batch, now));
    const [first, ...rest] = free;
    const joined = first && { ...rest.reduce(joinBatches, first), taken: now.toISOString() };
    if (joined) mine.set(name, joined);
    const batches = bounded([...onTheirWay, ...(joined ? [joined] : [])]);
    if (batches.length > 0) unsent.set(name, batches);
  }
  return { memory: { ...memory, unsent }, mine };
}

function isOnItsWay({ taken }: Batch, now: Date): boolean {
  const age = now.getTime() - Date.parse(taken ?? '');
  return age >= 0 && age < SENDING;
}

function bounded(batches: readonly Batch[]): readonly Batch[] {
  const [first, second, ...rest] = batches;
  if (batches.length <= MOST_BATCHES || !first || !second) return batches;
  return bounded([{ ...joinBatches(first, second), taken: second.taken }, ...rest]);
}

/** Sends, and remembers what was taken; what was not is free again for the next one. */
async function sendAll({ memory, etag, mine }: Kept, context: TellContext): Promise<void> {
  const sent = new Set<ChannelName>();
  const { deployment, page, clock, bucket } = context;
  const inTrouble = countTroubles(memory.policies);
  await Promise.all(
    context.channels.map(async (channel) => {
      const batch = mine.get(channel.name);
      if (!batch) return;
      try {
        await channel.send(composeMessage(batch, { deployment, page, now: clock.date(), inTrouble }));
        sent.add(channel.name);
      } catch (error) {
        context.onTrouble('a message could not be sent, and is kept for the next time', error);
      }
    }),
  );
  let current: ToldMemory | undefined = memory;
  let condition: WriteCondition = { etag };
  for (let tries = 0; tries < MOST_TRIES && current; tries++) {
    const text = writeMemory({ ...current, unsent: settled(current.unsent, mine, sent) });
    if ((await bucket.write(MESSAGES_KEY, text, condition)) !== undefined) return;
    const found = await bucket.read(MESSAGES_KEY, MOST_MEMORY_BYTES);
    current = readMemory(found?.bytes);
    if (found) condition = { etag: found.etag };
  }
  throw new NotSentError(`what was sent could not be remembered, and may be told once more`);
}

function settled(
  unsent: ToldMemory['unsent'],
  mine: Kept['mine'],
  sent: ReadonlySet<ChannelName>,
): ToldMemory['unsent'] {
  const left = Array.from(unsent, ([name, batches]) => {
    const id = mine.get(name)?.id;
    const kept = sent.has(name) ? batches.filter((batch) => batch.id !== id) : batches;
    return [name, kept.map((batch) => (batch.id === id ? { ...batch, taken: undefined } : batch))] as const;
  });
  return new Map(left.filter(([, batches]) => batches.length > 0));
}
