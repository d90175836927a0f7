import type { Clock } from '../model/ports/clock.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import type { TickQueue } from '../model/ports/tick-queue.ts';
import { pageMessage, policyMessage } from '../model/tick-event.ts';
import { hoursWaited } from './hours-waited.ts';
import { oldestFirst, readStarts } from './policy-starts.ts';
import { listPolicies } from './read-claims.ts';

export type StartContext = {
  readonly bucket: PolicyBucket;
  readonly clock: Clock;
  readonly queue: TickQueue;
  /** Told how long the policy that waits longest was not looked at. Hours. */
  readonly onOldestReport?: (hours: number) => void;
  /** Told of each policy that has no message. */
  readonly onUnsent: (policy: string, code: string) => void;
};

export type StartedTick = {
  /** Keys below `policies/` that hold no policy. */
  readonly ignored: readonly string[];
  /** How many policies have their message. */
  readonly started: number;
};

/** Messages of a tick could not be put into its queue: thrown, so that the tick comes again. */
export class MessagesUnsentError extends Error {
  override readonly name = 'MessagesUnsentError';
}

/**
 * Puts a message for each policy into the queue, the one that waits longest first, and then one for what comes after all
 * of them. Where it dies in the middle, or throws, the tick comes again: a policy that has two messages then is looked at
 * once, unless the second one is newer than that look.
 * @throws MessagesUnsentError where a message was not taken, once all were tried
 */
export async function startTick(context: StartContext): Promise<StartedTick> {
  const { bucket, clock, queue } = context;
  const begin = clock.date();
  const { policies, ignored } = await listPolicies(bucket);
  const starts = await readStarts([...policies.keys()], bucket);
  context.onOldestReport?.(hoursWaited(starts, policies, begin));
  const order = oldestFirst(starts, begin);
  const unsent = await queue.send(order.map((policy) => policyMessage(policy, begin)));
  for (const { message, code } of unsent) {
    if ('policy' in message) context.onUnsent(message.policy, code);
  }
  if (unsent.length > 0) {
    const codes = [...new Set(unsent.map(({ code }) => code))].join(', ');
    const policiesOf = order.length === 1 ? 'policy' : 'policies';
    throw new MessagesUnsentError(
      `${unsent.length} of ${order.length} ${policiesOf} could not be put into the queue (${codes})`,
    );
  }
  const [page] = await queue.send([pageMessage(begin)]);
  if (page) throw new MessagesUnsentError(`the tick’s last message could not be sent (${page.code})`);
  return { ignored, started: order.length };
}
