/** A message that was published to a topic. */
export type PublishedMessage = {
  readonly topicArn: string;
  readonly messageId: string;
  readonly subject: string | undefined;
  readonly message: string;
};

/** What SNS holds: topics, and what was published to them, in order. */
export type LocalSns = {
  /** Makes a topic. @returns its ARN */
  createTopic(name: string): string;
  has(topicArn: string): boolean;
  /** All that was published to it. */
  published(topicArn: string): readonly PublishedMessage[];
  publish(topicArn: string, message: string, subject: string | undefined): PublishedMessage;
  /** Forgets what was published. */
  clear(): void;
};

export type LocalSnsOptions = {
  readonly newId: () => string;
  readonly region: string;
  readonly account: string;
};

export function createLocalSns({ newId, region, account }: LocalSnsOptions): LocalSns {
  const topics = new Map<string, PublishedMessage[]>();
  const topicOf = (arn: string): PublishedMessage[] => {
    const topic = topics.get(arn);
    if (!topic) throw new Error(`there is no topic ${arn}`);
    return topic;
  };
  return {
    createTopic: (name) => {
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      topics.set(arn, []);
      return arn;
    },
    has: (arn) => topics.has(arn),
    published: (arn) => topicOf(arn),
    publish: (topicArn, message, subject) => {
      const published = { topicArn, messageId: newId(), subject, message };
      topicOf(topicArn).push(published);
      return published;
    },
    clear: () => {
      for (const topic of topics.values()) topic.length = 0;
    },
  };
}
