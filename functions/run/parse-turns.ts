import { parseEvent, type Trigger } from './parse-event.ts';

/** One of the things that an invocation has to do, each with an end of its own. */
export type Turn = {
  /** Another try has the same one: so it takes over what a try that died has held. */
  readonly runId: string;
  /** The queue has handed this message over before: that run died, or threw. */
  readonly isRedelivered: boolean;
  readonly trigger: Trigger;
};

/**
 * What an invocation has to do: a bare event is one turn; records of a queue are one each, and whatever may come bare may
 * come from there.
 * @param invocation the id of a bare event's run
 */
export function parseTurns(event: unknown, invocation: string, bucket: string): readonly Turn[] {
  const records = queueRecords(event);
  if (!records) return [{ runId: invocation, isRedelivered: false, trigger: parseEvent(event, bucket) }];
  return records.map(({ messageId, body, attributes }) => ({
    runId: typeof messageId === 'string' && messageId !== '' ? messageId : invocation,
    isRedelivered: Number(attributes?.ApproximateReceiveCount) > 1,
    trigger: parseBody(body, bucket),
  }));
}

// --- internal ---

type QueueRecord = {
  readonly eventSource?: unknown;
  readonly messageId?: unknown;
  readonly body?: unknown;
  readonly attributes?: { readonly ApproximateReceiveCount?: unknown };
};

function queueRecords(event: unknown): readonly QueueRecord[] | undefined {
  const { Records: records } = Object(event) as { Records?: unknown };
  if (!Array.isArray(records)) return undefined;
  const ofQueue = records.map((record): QueueRecord => Object(record)).filter(isOfQueue);
  return ofQueue.length > 0 ? ofQueue : undefined;
}

function isOfQueue({ eventSource }: QueueRecord): boolean {
  return eventSource === 'aws:sqs';
}

function parseBody(body: unknown, bucket: string): Trigger {
  try {
    return parseEvent(JSON.parse(String(body)), bucket);
  } catch {
    return { kind: 'broken', what: 'a message that is no JSON' };
  }
}
