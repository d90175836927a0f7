import type { SQSClient } from '@aws-sdk/client-sqs';
import type { QueueMessage, TickQueue, Unsent } from '../model/ports/tick-queue.ts';
import { callAws, type EndOfCalls, type SendOptions } from './aws-call.ts';
import { errorName } from './aws-failure.ts';

/** The client is loaded when first needed: only a tick, and its last message, send anything. */
export function openTickQueue(
  url: string,
  client: () => Promise<SQSClient>,
  { end }: { readonly end?: EndOfCalls } = {},
): TickQueue {
  async function call<T>(send: (sqs: SQSClient, options: SendOptions) => Promise<T>): Promise<T> {
    return callAws(end, async (options) => send(await client(), options));
  }

  async function sendBatch(messages: readonly QueueMessage[], delay: number): Promise<readonly Unsent[]> {
    const { SendMessageBatchCommand } = await import('@aws-sdk/client-sqs');
    const Entries = messages.map((message, index) => ({ Id: String(index), ...bodyOf(message, delay) }));
    const batch = new SendMessageBatchCommand({ QueueUrl: url, Entries });
    try {
      const { Successful = [], Failed = [] } = await call((sqs, options) => sqs.send(batch, options));
      const taken = new Set(Successful.map(({ Id }) => Id));
      const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code]));
      // One that nothing was said of was not taken.
      return messages.flatMap((message, index) => {
        const id = String(index);
        return taken.has(id) && !codes.has(id) ? [] : [{ message, code: nameOf(codes.get(id)) }];
      });
    } catch (error) {
      // The right to send one is the right to send ten, in AWS: not in all that stands in for it.
      if (errorName(error) === 'AccessDenied') return sendEach(messages, delay);
      return messages.map((message) => ({ message, code: errorName(error) }));
    }
  }

  async function sendEach(messages: readonly QueueMessage[], delay: number): Promise<readonly Unsent[]> {
    const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
    const unsent: Unsent[] = [];
    for (const message of messages) {
      const one = new SendMessageCommand({ QueueUrl: url, ...bodyOf(message, delay) });
      await call((sqs, options) => sqs.send(one, options)).catch((error: unknown) =>
        unsent.push({ message, code: errorName(error) }),
      );
    }
    return unsent;
  }

  return {
    send: async (messages, delaySeconds = 0) => {
      const batches = inBatches(messages);
      const unsent: (readonly Unsent[])[] = batches.map(() => []);
      let next = 0;
      const worker = async () => {
        for (let at = next++; at < batches.length; at = next++)
          unsent[at] = await sendBatch(batches[at] ?? [], delaySeconds);
      };
      await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, worker));
      return unsent.flat();
    },
  };
}

// --- internal ---

/** SQS takes no more in one call. */
const BATCH = 10;

/** Five thousand policies are a matter of a second. */
const BATCHES_AT_ONCE = 8;

function inBatches(messages: readonly QueueMessage[]): readonly (readonly QueueMessage[])[] {
  const count = Math.ceil(messages.length / BATCH);
  return Array.from({ length: count }, (_, index) => messages.slice(index * BATCH, (index + 1) * BATCH));
}

function bodyOf(message: QueueMessage, delay: number) {
  return { MessageBody: plainJson(message), ...(delay > 0 && { DelaySeconds: delay }) };
}

/** JSON of ASCII alone: SQS takes no message with characters that XML has not, and a policy's name may hold them. */
function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A code of SQS's own, if it has the form of one. */
function nameOf(code: string | undefined): string {
  return code !== undefined && /^[\w.]{1,80}$/.test(code) ? code : 'not taken';
}
