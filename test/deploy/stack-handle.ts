import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { eventBridgeEvent } from '../../local/aws/object-events.ts';
import type { Report } from '../functions/deployment.ts';
import type { DeployedWorld } from './deployed-world.ts';
import { ACCOUNT, REGION } from './ministack.ts';
import { until } from './until.ts';

/** A line of the function's log that is JSON. */
export type LogLine = Readonly<Record<string, unknown>>;

export type LostMessage = {
  readonly requestContext: { readonly condition: string };
  readonly requestPayload: { readonly detail?: { readonly object: { readonly key: string } } };
  readonly responsePayload: Readonly<Record<string, unknown>>;
};

/** What a test does to the deployed stack, and sees of it. */
export type StackHandle = {
  /** @returns the new object's version id */
  put(key: string, text: string): Promise<string>;
  remove(key: string): Promise<void>;
  /** The newest report of a policy; undefined: none yet. */
  report(policy: string): Promise<Report | undefined>;
  /** Waits for the report about one text. */
  reportOf(policy: string, version: string): Promise<Report>;
  /** Waits until no run has the lease of a policy. */
  quiet(policy: string): Promise<void>;
  /** As EventBridge, the Scheduler and RunNow do it: handed over, and answered before it is done. */
  start(event: unknown): Promise<void>;
  /** Waits for the answer, and tells whether the function threw. */
  invoke(event: unknown): Promise<{ readonly threw: boolean; readonly answer: unknown }>;
  /** The event that EventBridge makes of an upload. */
  uploaded(key: string, version: string): unknown;
  /** Waits until the function's log has what is looked for. */
  logged<T>(what: string, find: (lines: readonly LogLine[]) => T | undefined): Promise<T>;
  logText(): Promise<string>;
  /** What lies in the queue; it stays there. */
  lost(): Promise<LostMessage[]>;
};

export function stackHandle(world: () => DeployedWorld): StackHandle {
  const read = async (key: string): Promise<string | undefined> => {
    const { s3, outputs } = world();
    try {
      const found = await s3.send(new GetObjectCommand({ Bucket: outputs.PolicyBucket, Key: key }));
      return await found.Body?.transformToString();
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
      throw error;
    }
  };
  const report = async (policy: string): Promise<Report | undefined> => {
    const text = await read(`reports/${policy}/latest.json`);
    return text === undefined ? undefined : JSON.parse(text);
  };
  const invocation = (kind: 'Event' | 'RequestResponse', event: unknown) =>
    world().call({
      service: 'lambda',
      path: `/2015-03-31/functions/${world().outputs.FunctionName}/invocations`,
      headers: { 'x-amz-invocation-type': kind },
      body: event,
    });
  const logText = () => readLog(world());

  return {
    put: async (Key, Body) => {
      const { s3, outputs } = world();
      const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: outputs.PolicyBucket, Key, Body }));
      if (VersionId === undefined) throw new Error('the bucket keeps no versions');
      return VersionId;
    },
    remove: async (Key) => {
      const { s3, outputs } = world();
      await s3.send(new DeleteObjectCommand({ Bucket: outputs.PolicyBucket, Key }));
    },
    report,
    reportOf: (policy, version) =>
      until(`a report of ${policy} at ${version}`, async () => {
        const found = await report(policy);
        return found?.policies[0].version === version ? found : undefined;
      }),
    quiet: async (policy) => {
      await until(`no run at ${policy}`, async () => {
        const lease = await read(`reports/${policy}/lease.json`);
        return lease !== undefined && JSON.parse(lease).holder === null ? true : undefined;
      });
    },
    start: async (event) => {
      await invocation('Event', event);
    },
    invoke: async (event) => {
      const { headers, body } = await invocation('RequestResponse', event);
      return { threw: headers['x-amz-function-error'] !== undefined, answer: body };
    },
    uploaded: (key, versionId) =>
      eventBridgeEvent(
        {
          kind: 'created',
          bucket: world().outputs.PolicyBucket,
          key,
          versionId,
          size: 1,
          at: Date.now(),
          sequencer: versionId,
          requestId: versionId,
        },
        { region: REGION, account: ACCOUNT },
      ),
    logText,
    logged: (what, find) =>
      until(what, async () => {
        const found = find(readLines(await logText()));
        // The emulator takes lines that came late with the next run in the same process: one that does nothing.
        if (found === undefined) await Promise.all([1, 2, 3].map(() => invocation('RequestResponse', {})));
        return found;
      }),
    lost: () => readQueue(world()),
  };
}

// --- internal ---

function readLines(text: string): LogLine[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

async function readLog({ call, outputs }: DeployedWorld): Promise<string> {
  const path = `/2015-03-31/functions/${outputs.FunctionName}/configuration`;
  const { body } = await call({ service: 'lambda', method: 'GET', path });
  const { LoggingConfig } = body as { LoggingConfig: { LogGroup: string } };
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call({
      service: 'logs',
      target: 'Logs_20140328.FilterLogEvents',
      body: { logGroupName: LoggingConfig.LogGroup, ...(nextToken !== undefined && { nextToken }) },
    });
    const { events, nextToken: next } = page.body as { events: { message: string }[]; nextToken?: string };
    lines.push(...events.map(({ message }) => message));
    nextToken = next;
  } while (nextToken !== undefined);
  return lines.join('\n');
}

async function readQueue({ call, outputs }: DeployedWorld): Promise<LostMessage[]> {
  const { body } = await call({
    service: 'sqs',
    target: 'AmazonSQS.ReceiveMessage',
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: { QueueUrl: outputs.Queue, MaxNumberOfMessages: 10, VisibilityTimeout: 0 },
  });
  const { Messages = [] } = (body ?? {}) as { Messages?: { Body: string }[] };
  return Messages.map(({ Body }) => JSON.parse(Body));
}
