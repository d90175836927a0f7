import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { BareWorld } from './deployed-world.ts';

/** A topic as people have one, with a queue that stands for their mailbox, and a monitor that waits for heartbeats. */
export type Told = {
  readonly topicArn: string;
  /** What came to the mailbox and was not asked for yet. */
  receive(): Promise<readonly { readonly Subject: string; readonly Message: string }[]>;
  readonly heartbeat: string;
  /** How many heartbeats came. */
  beats(): number;
  close(): void;
};

export async function openTold({ sns, sqs }: BareWorld): Promise<Told> {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'told' }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'mailbox' }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const queueArn = Attributes?.QueueArn ?? '';
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
      },
    ],
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn }));

  let beats = 0;
  const monitor = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/beat') beats++;
    response.end();
  });
  await new Promise<void>((resolve) => void monitor.listen(0, '127.0.0.1', resolve));
  return {
    topicArn: TopicArn,
    receive: async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
      );
      return Messages.map(({ Body = '{}' }) => JSON.parse(Body));
    },
    heartbeat: `http://127.0.0.1:${(monitor.address() as AddressInfo).port}/beat`,
    beats: () => beats,
    close: () => {
      monitor.close();
      monitor.closeAllConnections();
    },
  };
}
