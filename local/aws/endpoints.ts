import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull } from 'node:os';
import { AwsError } from './aws-error.ts';
import { type CallLog, createCallLog } from './call-log.ts';
import { createFaultQueue, type Fault, type FaultQueue } from './fault-queue.ts';
import { type AwsResponse, readRequest, sendResponse } from './http-message.ts';
import { createLocalS3, type LocalS3 } from './local-s3.ts';
import { createLocalSecrets, type LocalSecrets } from './local-secrets.ts';
import { createLocalSns, type LocalSns } from './local-sns.ts';
import { createLocalSqs, type LocalSqs } from './local-sqs.ts';
import { s3ErrorAnswer } from './s3-service.ts';
import { type Job, type Services, understandRequest } from './understand-request.ts';

export type LocalAwsOptions = {
  /** 0, the default: a free one. */
  readonly port?: number;
  /** Milliseconds since 1970; the machine's clock unless told. */
  readonly now?: () => number;
  readonly randomBytes?: (size: number) => Buffer;
  readonly region?: string;
  readonly account?: string;
  /** The largest body taken; 64 MiB unless told. */
  readonly maxBodyBytes?: number;
};

/** S3, Secrets Manager, SQS and SNS on one port of 127.0.0.1, told apart by what a request says. Signatures are not checked. */
export type LocalAws = {
  /** `http://127.0.0.1:<port>`. An address, not a name: then the SDK itself puts the bucket into the path. */
  readonly url: string;
  readonly region: string;
  /** What makes an unchanged SDK in this or another process speak to here, and to nothing else. */
  env(): Record<string, string>;
  readonly s3: LocalS3;
  readonly secrets: LocalSecrets;
  readonly sqs: LocalSqs;
  readonly sns: LocalSns;
  readonly calls: CallLog;
  readonly faults: FaultQueue;
  /** Ends all connections, also those that hang. */
  close(): Promise<void>;
};

export async function startAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const world = { now: options.now ?? Date.now, randomBytes: options.randomBytes ?? randomBytes };
  const place = { region: options.region ?? 'eu-west-1', account: options.account ?? '111122223333' };
  const s3 = createLocalS3(world);
  const secrets = createLocalSecrets({ ...world, ...place });
  const sqs = createLocalSqs({ now: world.now, newId: randomUUID, ...place });
  const sns = createLocalSns({ newId: randomUUID, ...place });
  const calls = createCallLog();
  const faults = createFaultQueue();
  const state: State = {
    ...world,
    s3,
    secrets,
    sqs,
    sns,
    calls,
    faults,
    maxBodyBytes: options.maxBodyBytes ?? 64 * 2 ** 20,
  };

  const server = createServer((message, response) => void handle(state, message, response));
  server.keepAliveTimeout = 60_000; // above the SDK's own, so that no request meets a connection just closed
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    region: place.region,
    env: () => environment(url, place.region),
    s3,
    secrets,
    sqs,
    sns,
    calls,
    faults,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

// --- internal ---

type State = Services &
  Pick<LocalAws, 'calls' | 'faults'> & {
    readonly randomBytes: (size: number) => Buffer;
    readonly maxBodyBytes: number;
  };

async function handle(state: State, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = state.randomBytes(8).toString('hex').toUpperCase();
  const at = state.now();
  try {
    const request = await readRequest(message, requestId, state.maxBodyBytes);
    const job = understandRequest(state, request, at);
    const note = state.calls.arrive(job.call);
    const fault = state.faults.take(job.call);
    const answer = await answerOf(job, fault);
    if (answer === 'hang') return;
    if (answer === 'reset') {
      message.socket.resetAndDestroy();
      return;
    }
    note(answer.status);
    const headers = { 'x-amz-request-id': requestId, 'x-amzn-requestid': requestId, ...answer.headers };
    sendResponse(response, { ...answer, headers }, request.method === 'HEAD');
  } catch (error) {
    refuse(error, message, requestId, response);
  }
}

async function answerOf(job: Job, fault: Fault | undefined): Promise<AwsResponse | 'hang' | 'reset'> {
  if (fault === undefined) return attempt(job);
  if ('until' in fault) {
    if (fault.after !== true) {
      await fault.until;
      return attempt(job);
    }
    const answer = attempt(job);
    await fault.until;
    return answer;
  }
  if (fault.after) attempt(job);
  if ('hang' in fault) return 'hang';
  if ('reset' in fault) return 'reset';
  return job.tell(new AwsError(fault.status, fault.code, fault.message ?? 'Asked for by the test.'));
}

function attempt(job: Job): AwsResponse {
  try {
    return job.serve();
  } catch (error) {
    return job.tell(asAwsError(error));
  }
}

/** What could not even be read or understood. */
function refuse(error: unknown, message: IncomingMessage, requestId: string, response: ServerResponse): void {
  if (message.socket.destroyed || response.headersSent) return;
  const path = message.url ?? '/';
  sendResponse(response, s3ErrorAnswer(asAwsError(error), { path, requestId }), message.method === 'HEAD');
}

/** A mistake of our own is told as AWS tells one of its own. */
function asAwsError(error: unknown): AwsError {
  return error instanceof AwsError ? error : new AwsError(500, 'InternalError', String(error));
}

function environment(url: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ENDPOINT_URL_SQS: url,
    AWS_ENDPOINT_URL_SNS: url,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // A profile or a session of the user's own must not be mixed in, let alone sent.
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
