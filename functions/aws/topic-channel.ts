import type { SNSClient } from '@aws-sdk/client-sns';
import type { Channel } from '../model/ports/channel.ts';
import { messageText, NotSentError } from '../model/told-message.ts';
import { callAws, type EndOfCalls } from './aws-call.ts';
import { errorName } from './aws-failure.ts';

/** A topic that messages are published to. The client is loaded when there is something to tell. */
export function openTopic(
  topicArn: string,
  client: (region: string) => Promise<SNSClient>,
  { end }: { readonly end?: EndOfCalls } = {},
): Channel {
  return {
    name: 'topic',
    send: async (message) => {
      const { PublishCommand } = await import('@aws-sdk/client-sns');
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: message.subject,
        Message: messageText(message),
      });
      try {
        // arn:aws:sns:eu-west-1:111122223333:told
        const sns = await client(topicArn.split(':')[3] ?? '');
        await callAws(end, (options) => sns.send(command, options));
      } catch (cause) {
        throw new NotSentError(`the topic has not taken it (${errorName(cause)})`, { cause });
      }
    },
  };
}
