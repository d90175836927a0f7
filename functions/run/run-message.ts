import { HOUR } from '../model/durations.ts';
import type { TickQueue } from '../model/ports/tick-queue.ts';
import { pageMessage, policyMessage } from '../model/tick-event.ts';
import { type LastStart, readLastStart } from '../report/last-report.ts';
import { afterTick } from './after-tick.ts';
import { leaveWord } from './lease.ts';
import { readStarts } from './policy-starts.ts';
import { listPolicies } from './read-claims.ts';
import { type EventContext, failuresOf } from './run-policies.ts';
import { type PolicyRun, settlePolicy } from './settle-policy.ts';

export type MessageContext = EventContext & {
  /** Where messages come from, and go to; `undefined`: there is none, the message came by hand. */
  readonly queue: TickQueue | undefined;
  /** Told of a message whose policy was looked at since. */
  readonly onOld: (policy: string) => void;
};

/** A run that could not do all that it was to do: thrown, so that its message comes again. */
export class MessageLeftError extends Error {
  override readonly name = 'MessageLeftError';
}

/**
 * Runs the policy of one message, and no other. A message older than the policy's last report does nothing, unless that
 * report is its own and it comes again: then that run threw, or died, with something left.
 * @throws what the run failed with: the message comes again, and is kept for a person after its last try
 */
export async function runPolicyMessage(
  { policy, sent }: { readonly policy: string; readonly sent: Date | undefined },
  isRedelivered: boolean,
  context: MessageContext,
): Promise<void> {
  if (context.isOutOfTime()) throw new MessageLeftError(`no time was left for ${JSON.stringify(policy)}`);
  const last = await readLastStart(context.bucket, policy).catch(() => undefined);
  const isOwn = isRedelivered && last?.run === context.runId;
  if (sent && !isOwn && isLookedAtSince(sent, last, context.clock.date())) return context.onOld(policy);
  const run = await settlePolicy(policy, { ...context, trigger: 'tick' });
  context.onRun(policy, run);
  await passOn(run, context);
  const [failure] = failuresOf(run);
  if (failure !== undefined) throw failure;
}

/**
 * Does what comes after all of a tick's policies; while one of them has no report since the tick, the message is put back
 * for a minute, and for an hour at most: what never reports must not keep from being told what is known of the others.
 */
export async function runPageMessage(
  { tick }: { readonly tick: Date },
  context: MessageContext,
): Promise<void> {
  const { queue, clock } = context;
  const waited = clock.date().getTime() - tick.getTime();
  const mayWait = waited < LONGEST_WAIT && waited > -CLOCKS_APART;
  const isWhole = !(await isWaiting(tick, context));
  if (!queue || !mayWait || isWhole) return afterTick(context, isWhole);
  const [unsent] = await queue.send([pageMessage(tick)], PAUSE_SECONDS);
  if (unsent) throw new MessageLeftError(`the tick’s last message could not be put back (${unsent.code})`);
}

// --- internal ---

const PAUSE_SECONDS = 60;

/** Milliseconds. */
const LONGEST_WAIT = HOUR;

/** The first one that waits is enough to know. */
const LOOKED_AT_ONCE = 256;

/** How far two machines' clocks may be apart: a tick further in the future is none. Milliseconds. */
const CLOCKS_APART = 60_000;

/** A report from the future says nothing. */
function isLookedAtSince(sent: Date, last: LastStart | undefined, now: Date): boolean {
  const start = Date.parse(last?.startedAt ?? '');
  return start > sent.getTime() && start <= now.getTime() + CLOCKS_APART;
}

async function isWaiting(tick: Date, { bucket }: MessageContext): Promise<boolean> {
  const { policies } = await listPolicies(bucket);
  const names = [...policies.keys()];
  for (let from = 0; from < names.length; from += LOOKED_AT_ONCE) {
    const starts = await readStarts(names.slice(from, from + LOOKED_AT_ONCE), bucket);
    if ([...starts.values()].some((start) => !(Date.parse(start ?? '') >= tick.getTime()))) return true;
  }
  return false;
}

/**
 * A tick's own run begins and ends no conflict. Where an upload left its work to this run, it may: those policies get a
 * message each, as their event is over.
 */
async function passOn(
  { isUploads, concerned, letGo }: PolicyRun,
  { queue, clock, bucket }: MessageContext,
): Promise<void> {
  if (concerned.length === 0) return;
  if (letGo.length > 0) for (const policy of concerned) await leaveWord(policy, letGo, bucket);
  if (!queue || !isUploads) return;
  const now = clock.date();
  const [unsent] = await queue.send(concerned.map((policy) => policyMessage(policy, now)));
  if (unsent) throw new MessageLeftError(`a policy in conflict could not be passed on (${unsent.code})`);
}
