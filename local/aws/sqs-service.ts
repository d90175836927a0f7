import { createHash } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import type { AwsRequest, AwsResponse } from './http-message.ts';
import type { LocalSqs } from './local-sqs.ts';

/** A call to SQS. `operation` is as the caller names it, served or not. */
export type SqsTarget = { readonly operation: string };

/** Undefined where the request is for another service. */
export function sqsTarget({ headers }: Pick<AwsRequest, 'headers'>): SqsTarget | undefined {
  const operation = /^AmazonSQS\.(\w+)$/.exec(headers['x-amz-target'] ?? '')?.[1];
  return operation === undefined ? undefined : { operation };
}

/** Answers one call. Throws AwsError. */
export function serveSqs(sqs: LocalSqs, request: AwsRequest, { operation }: SqsTarget): AwsResponse {
  const serve = OPERATIONS[operation];
  if (!serve) throw new AwsError(400, 'InvalidAction', `${operation} is not served by this local endpoint.`);
  const input: Input = JSON.parse(request.body.toString('utf8'));
  if (!sqs.has(input.QueueUrl)) {
    throw new AwsError(400, 'QueueDoesNotExist', 'The specified queue does not exist.', {
      'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender',
    });
  }
  const output = serve(sqs, input);
  return { status: 200, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(output) };
}

export function sqsErrorAnswer(error: AwsError): AwsResponse {
  return {
    status: error.status,
    headers: { 'content-type': JSON_TYPE, ...error.headers },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${error.code}`, message: error.message }),
  };
}

// --- internal ---

const JSON_TYPE = 'application/x-amz-json-1.0';

/** What a batch may hold: entries, and bytes of all bodies together. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 1_048_576;

/** SQS takes the characters of XML, and no others. */
const FOREIGN = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

type Body = { readonly MessageBody: string; readonly DelaySeconds?: number };

type Entry = Body & { readonly Id: string };

type Input = Body & { readonly QueueUrl: string; readonly Entries?: readonly Entry[] };

const OPERATIONS: Readonly<Record<string, (sqs: LocalSqs, input: Input) => object>> = {
  SendMessage: (sqs, input) => {
    const result = send(sqs, input.QueueUrl, input);
    if ('Code' in result) throw new AwsError(result.SenderFault ? 400 : 500, result.Code, result.Message);
    return result;
  },
  // Each entry fails by itself, in `Failed`.
  SendMessageBatch: (sqs, { QueueUrl, Entries = [] }) => {
    checkBatch(Entries);
    const results = Entries.map((entry) => ({ Id: entry.Id, ...send(sqs, QueueUrl, entry) }));
    return {
      Successful: results.filter((result) => 'MessageId' in result),
      Failed: results.filter((result) => 'Code' in result),
    };
  },
};

function checkBatch(entries: readonly Entry[]): void {
  const refuse = (code: string, message: string) => new AwsError(400, code, message);
  if (entries.length === 0) throw refuse('EmptyBatchRequest', 'There should be at least one entry.');
  if (entries.length > MOST_ENTRIES)
    throw refuse(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}.`,
    );
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw refuse('BatchEntryIdsNotDistinct', 'Ids must be distinct.');
  if (entries.some(({ Id }) => !/^[\w-]{1,80}$/.test(Id)))
    throw refuse('InvalidBatchEntryId', 'A batch entry id has characters that it may not have.');
  const bytes = entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
  if (bytes > MOST_BYTES)
    throw refuse('BatchRequestTooLong', `Batch requests cannot be longer than ${MOST_BYTES} bytes.`);
}

type Sent =
  | { readonly MessageId: string; readonly MD5OfMessageBody: string }
  | { readonly SenderFault: boolean; readonly Code: string; readonly Message: string };

function send(sqs: LocalSqs, url: string, { MessageBody, DelaySeconds = 0 }: Body): Sent {
  const code = sqs.refusalOf(MessageBody);
  if (code !== undefined) return { SenderFault: false, Code: code, Message: 'Set by the test.' };
  if (FOREIGN.test(MessageBody) || MessageBody === '')
    return { SenderFault: true, Code: 'InvalidMessageContents', Message: 'Not a character of XML.' };
  if (!Number.isInteger(DelaySeconds) || DelaySeconds < 0 || DelaySeconds > 900)
    return { SenderFault: true, Code: 'InvalidParameterValue', Message: 'DelaySeconds must be 0 to 900.' };
  const { messageId } = sqs.send(url, MessageBody, DelaySeconds);
  return { MessageId: messageId, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
}
