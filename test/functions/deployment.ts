import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunction } from '../../infra/bundle-function.ts';
import { FUNCTION_ENTRY } from '../../infra/project-root.ts';
import { type LocalAws, startAws } from '../../local/aws/endpoints.ts';
import type { FaultMatch } from '../../local/aws/fault-queue.ts';
import type { ObjectChange } from '../../local/aws/local-s3.ts';
import { eventBridgeEvent } from '../../local/aws/object-events.ts';
import { type Fleet, startFleet } from '../../local/docspace/fleet.ts';
import type { PortalSetup } from '../../local/docspace/portal-setup.ts';
import {
  type Invocation,
  type InvokeOptions,
  type LocalFunction,
  openLocalFunction,
} from '../../local/lambda/local-function.ts';
import { type HeldCall, holdCall } from './hold-call.ts';

export const BUCKET = 'acme-policies';
export const TICK = { source: 'policy-sync.tick' };

/** The real bundle in its own process, with the real SDK, against loopback: a deployment in small. */
export type Deployment = {
  readonly aws: LocalAws;
  readonly fleet: Fleet;
  readonly fn: LocalFunction;
  /** Every change of an object so far, for events of one's own. */
  readonly changes: readonly ObjectChange[];
  /** Puts a policy; the event that this makes is given back, to be delivered when wanted. */
  put(key: string, text: string): unknown;
  remove(key: string): unknown;
  /** Puts a policy and delivers the event. */
  upload(key: string, text: string, options?: InvokeOptions): Promise<Invocation>;
  tick(options?: InvokeOptions): Promise<Invocation>;
  /** Of the queue that takes a tick's policies, where the function has one. */
  readonly queueUrl: string;
  /** The bodies of what lies in the tick's queue, parsed, whether it can be taken already or not. */
  queued(): Record<string, string>[];
  /** Takes the next message from the tick's queue and hands it over, as Lambda does; it is deleted unless that threw. */
  takeMessage(options?: InvokeOptions): Promise<Invocation | undefined>;
  /** Takes messages until there is none that can be taken. */
  takeMessages(): Promise<Invocation[]>;
  /** Time goes by: what was put back, and what a run died or threw over, can be taken again. */
  showMessages(): void;
  /** Delivers an event as often as that, as Lambda's own retries do: with one request id. */
  retries(event: unknown, tries?: number): Promise<Invocation[]>;
  /** Parks the next call that matches; a run can be looked at, or killed, at this very point. */
  hold(match: FaultMatch): HeldCall;
  /** How many calls of an operation AWS has got. */
  calls(operation: string): number;
  /** The newest report of a policy. */
  report(policy: string): Report;
  /** The function's log, parsed. */
  log(): Record<string, unknown>[];
  /** As new, but for the function's processes, which stay warm. */
  reset(): void;
  close(): Promise<void>;
};

export type Report = {
  mode: string;
  ok: boolean;
  paused?: boolean;
  trigger: { kind: string; run: string };
  error?: { code: string; message: string };
  startedAt: string;
  finishedAt: string;
  policies: [
    {
      policy: string;
      file: string;
      version: string | null;
      attempt: number;
      claims: string[];
      released: string[];
      concerned: string[];
      gone?: boolean;
      shadowed?: string[];
      unversioned?: boolean;
      appliedVersion?: string;
      guard?: {
        exceeded: { guard: string; count: number }[];
        digest: string;
        approved: boolean;
        approval?: string;
        changes: Record<string, string>;
        used: string[];
      };
      coverage?: { measuredAt?: string; counts: object; ungoverned: string[]; withoutKey: string[] };
      errors: { line: number; column: number; message: string }[];
      warnings: { code: string; message: string }[];
      totals: Record<string, number>;
      portals: {
        portal: string;
        action: string | null;
        status: string;
        error?: { code: string; message: string; retryable: boolean };
        changes: { field: string; from: unknown; to: unknown }[];
        warnings: { code: string; message: string }[];
        needsSince?: string;
        effect?: string;
        drift?: { kind: string; fields: string[] };
        protection?: {
          verdict: string;
          lastBackup: string | null;
          lastArchive: string | null;
          due: string | null;
          byHand?: boolean;
        };
        repairs?: string[];
        held?: boolean;
        target?: string;
        governedSince?: string;
        requests: number;
      }[];
    },
  ];
};

let bundle: string | undefined;

/** Bundled once a test file. */
function bundleOnce(): string {
  if (bundle) return bundle;
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-bundle-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  bundle = bundleFunction(FUNCTION_ENTRY, folder).file;
  return bundle;
}

export async function deploy(
  portals: readonly PortalSetup[],
  env: Record<string, string> = {},
  options: {
    sharedPort?: boolean;
    versioning?: boolean;
    execArgv?: string[];
    now?: () => Date;
    /** A queue that takes a tick's policies. */
    queue?: boolean;
  } = {},
): Promise<Deployment> {
  const aws = await startAws();
  const { sharedPort = false, versioning = true, execArgv = [], now, queue = false } = options;
  const fleet = await startFleet(portals, {
    ...{ sharedPort, ownAddresses: sharedPort, countsOnly: sharedPort },
    ...(now && { now }),
  });
  const bucket = aws.s3.createBucket(BUCKET, { versioning });
  const queueUrl = aws.sqs.createQueue('ticks');
  const keys = fleet.portals.map((portal) => ({ portal, keys: [...portal.keys] }));
  putSecrets(aws, fleet);
  const fn = openLocalFunction({
    bundle: bundleOnce(),
    execArgv,
    env: {
      ...aws.env(),
      POLICY_BUCKET: BUCKET,
      ALLOW_INSECURE_LOOPBACK: 'true',
      ALLOWED_DESTINATIONS: 'Documents,DataStore,ThirdPartyConsumer:s3:acme-*',
      ...(queue && { TICK_QUEUE_URL: queueUrl }),
      ...env,
    },
  });
  const takeMessage: Deployment['takeMessage'] = async (invoke) => {
    const record = aws.sqs.take(queueUrl);
    if (!record) return undefined;
    const answer = await fn.invoke({ Records: [record] }, invoke);
    if (answer.errorType === undefined) aws.sqs.delete(queueUrl, record.messageId);
    return answer;
  };
  const changes: ObjectChange[] = [];
  aws.s3.onChange((change) => {
    if (change.key.startsWith('policies/')) changes.push(change);
  });
  const lastEvent = () => {
    const change = changes.at(-1);
    if (!change) throw new Error('nothing changed');
    return eventBridgeEvent(change);
  };
  const put = (key: string, text: string) => {
    aws.s3.put(BUCKET, key, text);
    return lastEvent();
  };
  return {
    aws,
    fleet,
    fn,
    changes,
    put,
    remove: (key) => {
      aws.s3.remove(BUCKET, key);
      return lastEvent();
    },
    upload: (key, text, invoke) => fn.invoke(put(key, text), invoke),
    calls: (operation) => aws.calls.count({ operation }),
    retries: async (event, tries = 2) => {
      const requestId = randomUUID();
      const answers: Invocation[] = [];
      for (let run = 0; run < tries; run++) answers.push(await fn.invoke(event, { requestId }));
      return answers;
    },
    hold: (match) => holdCall(aws, match),
    tick: (invoke) => fn.invoke(TICK, invoke),
    queueUrl,
    queued: () => aws.sqs.messages(queueUrl).map(({ body }) => JSON.parse(body)),
    takeMessage,
    showMessages: () => aws.sqs.showAll(queueUrl),
    takeMessages: async () => {
      const answers: Invocation[] = [];
      for (let one = await takeMessage(); one; one = await takeMessage()) answers.push(one);
      return answers;
    },
    report: (policy) => JSON.parse(aws.s3.text(BUCKET, `reports/${policy}/latest.json`) ?? 'null'),
    log: () => fn.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)),
    reset: () => {
      for (const key of bucket.keysFrom('')) {
        for (const { versionId } of bucket.versions(key)) bucket.drop(key, versionId);
      }
      for (const { name } of aws.secrets.all()) {
        aws.secrets.setError(name, undefined);
        aws.secrets.remove(name);
      }
      for (const { portal, keys: own } of keys) {
        portal.keys = [...own];
        portal.fault = undefined;
        portal.setSchedule(undefined);
        Object.assign(portal.counts, NO_REQUESTS);
      }
      putSecrets(aws, fleet);
      aws.faults.clear();
      aws.sqs.clear();
      aws.sqs.refuse(undefined);
      aws.sns.clear();
      aws.calls.clear();
      fleet.requests.clear();
      changes.length = 0;
      fn.lines.length = 0;
    },
    close: async () => {
      fn.kill();
      await Promise.all([aws.close(), fleet.close()]);
    },
  };
}

const NO_REQUESTS = { all: 0, read: 0, write: 0, delete: 0, other: 0 };

function putSecrets(aws: LocalAws, fleet: Fleet): void {
  for (const [portal, entry] of Object.entries(fleet.keys())) {
    aws.secrets.put(`docspace/portals/${portal}`, JSON.stringify(entry));
  }
}

/** A policy over these portals, to S3, with so many copies kept. */
export function policyText(portals: readonly string[], backupsStored = 7): string {
  return [
    'version: 1',
    // Most tests here change copies up and down: guards have tests of their own.
    'guard: { maxWeaken: 100%, maxRemove: 100% }',
    'defaults:',
    '  storageType: ThirdPartyConsumer',
    '  storageParams: { module: s3, bucket: acme-backups, subdir: "{portal}" }',
    `  backupsStored: ${backupsStored}`,
    '  cronParams: { period: EveryDay, hour: 3 }',
    `portals: { ${portals.map((portal) => `${portal}: `).join(', ')} }`,
    '',
  ].join('\n');
}
