/** A message that lies in a queue. */
export type LocalMessage = {
  readonly messageId: string;
  readonly body: string;
  /** From when on it can be taken, in milliseconds since 1970. */
  readonly visibleAt: number;
  /** How often it was taken. */
  readonly receives: number;
};

/** What SQS holds: queues that messages are sent to over the wire, and taken from here, as Lambda takes them. */
export type LocalSqs = {
  /** Makes a queue. @returns its URL */
  createQueue(name: string): string;
  has(url: string): boolean;
  /** All that lies in a queue, in the order it was sent. */
  messages(url: string): readonly LocalMessage[];
  send(url: string, body: string, delaySeconds: number): LocalMessage;
  /** Takes the first message that is visible, as a record of Lambda's event: nobody else can for a while. */
  take(url: string): SqsRecord | undefined;
  delete(url: string, messageId: string): void;
  /** Time goes by: whatever was delayed, or taken and not deleted, can be taken. */
  showAll(url: string): void;
  /** Empties all queues. */
  clear(): void;
  /** From now on the entries of batches that fit fail with this code; undefined heals it. */
  refuse(fits: ((body: string) => boolean) | undefined, code?: string): void;
  /** The code that an entry fails with, if it does. */
  refusalOf(body: string): string | undefined;
};

/** A message as Lambda hands it to a function. */
export type SqsRecord = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string; readonly SentTimestamp: string };
  readonly messageAttributes: object;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
};

export type LocalSqsOptions = {
  readonly now: () => number;
  readonly newId: () => string;
  readonly region: string;
  readonly account: string;
};

export function createLocalSqs({ now, newId, region, account }: LocalSqsOptions): LocalSqs {
  const queues = new Map<string, LocalMessage[]>();
  let refusal: { readonly fits: (body: string) => boolean; readonly code: string } | undefined;
  const queueOf = (url: string): LocalMessage[] => {
    const queue = queues.get(url);
    if (!queue) throw new Error(`there is no queue ${url}`);
    return queue;
  };
  return {
    createQueue: (name) => {
      const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
      queues.set(url, []);
      return url;
    },
    has: (url) => queues.has(url),
    messages: (url) => queueOf(url),
    send: (url, body, delaySeconds) => {
      const message = { messageId: newId(), body, visibleAt: now() + delaySeconds * 1000, receives: 0 };
      queueOf(url).push(message);
      return message;
    },
    take: (url) => {
      const queue = queueOf(url);
      const at = queue.findIndex(({ visibleAt }) => visibleAt <= now());
      const found = queue[at];
      if (!found) return undefined;
      const taken = { ...found, visibleAt: now() + VISIBILITY_MS, receives: found.receives + 1 };
      queue[at] = taken;
      return recordOf(taken, `arn:aws:sqs:${region}:${account}:${url.split('/').at(-1)}`, region);
    },
    delete: (url, messageId) => {
      const queue = queueOf(url);
      const at = queue.findIndex((message) => message.messageId === messageId);
      if (at >= 0) queue.splice(at, 1);
    },
    showAll: (url) => {
      const queue = queueOf(url);
      queue.splice(0, queue.length, ...queue.map((message) => ({ ...message, visibleAt: now() })));
    },
    clear: () => {
      for (const queue of queues.values()) queue.length = 0;
    },
    refuse: (fits, code = 'InternalError') => {
      refusal = fits && { fits, code };
    },
    refusalOf: (body) => (refusal?.fits(body) ? refusal.code : undefined),
  };
}

// --- internal ---

/** How long a message that was taken can't be taken again. */
const VISIBILITY_MS = 1_000_000;

function recordOf({ messageId, body, visibleAt, receives }: LocalMessage, arn: string, awsRegion: string) {
  return {
    messageId,
    receiptHandle: messageId,
    body,
    attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(visibleAt) },
    messageAttributes: {},
    eventSource: 'aws:sqs' as const,
    eventSourceARN: arn,
    awsRegion,
  };
}
