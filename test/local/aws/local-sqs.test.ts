import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { refusalOf } from './aws-clients.ts';

let aws: LocalAws;
let sqs: SQSClient;
let QueueUrl: string;
let now = 0;

beforeEach(async () => {
  now = Date.parse('2026-11-27T12:00:00Z');
  aws = await startAws({ now: () => now });
  QueueUrl = aws.sqs.createQueue('ticks');
  sqs = new SQSClient({
    endpoint: aws.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    useQueueUrlAsEndpoint: false,
  });
});
afterEach(async () => {
  sqs.destroy();
  await aws.close();
});

const batch = (Entries: SendMessageBatchRequestEntry[], url = QueueUrl) =>
  sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
const entries = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ Id: `${at}`, MessageBody: `message ${at}` }));

test('keeps what is sent, in order, and gives each message once until it is shown again', async () => {
  const { Successful = [] } = await batch(entries(10));
  const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'the last' }));
  const sent = [...Successful.map((entry) => entry.MessageId), MessageId];
  expect(aws.sqs.messages(QueueUrl).map(({ messageId }) => messageId)).toEqual(sent);
  const taken = sent.map(() => aws.sqs.take(QueueUrl)?.messageId);
  expect([taken, aws.sqs.take(QueueUrl)]).toEqual([sent, undefined]);
  aws.sqs.delete(QueueUrl, String(sent[0]));
  aws.sqs.showAll(QueueUrl);
  expect(aws.sqs.take(QueueUrl)).toMatchObject({
    messageId: sent[1],
    body: 'message 1',
    eventSource: 'aws:sqs',
    attributes: { ApproximateReceiveCount: '2' },
  });
});

test('holds a message back that is to be delayed', async () => {
  await batch([{ Id: 'late', MessageBody: 'late', DelaySeconds: 60 }]);
  now += 59_000;
  expect(aws.sqs.take(QueueUrl)).toBeUndefined();
  now += 1_000;
  expect(aws.sqs.take(QueueUrl)?.body).toBe('late');
});

test('takes what it can of a batch', async () => {
  aws.sqs.refuse((body) => body === 'refused', 'InternalError');
  const { Successful, Failed } = await batch([
    { Id: 'good', MessageBody: 'good' },
    { Id: 'foreign', MessageBody: 'a \uffff' },
    { Id: 'later', MessageBody: 'later', DelaySeconds: 901 },
    { Id: 'refused', MessageBody: 'refused' },
  ]);
  expect(Successful).toMatchObject([{ Id: 'good' }]);
  expect(Failed).toMatchObject([
    { Id: 'foreign', Code: 'InvalidMessageContents', SenderFault: true },
    { Id: 'later', Code: 'InvalidParameterValue', SenderFault: true },
    { Id: 'refused', Code: 'InternalError', SenderFault: false },
  ]);
});

test.each<[string, () => Promise<unknown>]>([
  ['EmptyBatchRequest', () => batch([])],
  ['TooManyEntriesInBatchRequest', () => batch(entries(11))],
  ['BatchEntryIdsNotDistinct', () => batch([...entries(1), ...entries(1)])],
  ['InvalidBatchEntryId', () => batch([{ Id: 'a b', MessageBody: 'x' }])],
  ['BatchRequestTooLong', () => batch([{ Id: 'a', MessageBody: 'x'.repeat(1_048_577) }])],
  ['QueueDoesNotExist', () => batch(entries(1), `${QueueUrl}-of-others`)],
  ['InvalidMessageContents', () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '\ufffe' }))],
])('refuses with %s', async (name, call) => {
  expect(await refusalOf(call())).toMatchObject({ name, status: 400 });
});
