import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { EndOfCalls } from './aws/aws-call.ts';
import { type AwsClients, openAwsClients } from './aws/aws-clients.ts';
import { openKeyCache } from './aws/key-cache.ts';
import { listPortalSecretsWith } from './aws/list-portal-secrets.ts';
import { openPolicyBucket } from './aws/policy-bucket.ts';
import { readSecretText } from './aws/read-secret-text.ts';
import { openRunLog } from './aws/run-log.ts';
import { openSecretKeys } from './aws/secret-keys.ts';
import { systemClock } from './aws/system-clock.ts';
import { openTickQueue } from './aws/tick-queue.ts';
import { openTopic } from './aws/topic-channel.ts';
import { publicAddresses } from './model/address-ranges.ts';
import { PAGE_KEY } from './model/policy-ref.ts';
import type { KeySource } from './model/portal-key.ts';
import type { Channel } from './model/ports/channel.ts';
import type { Clock } from './model/ports/clock.ts';
import type { PolicyBucket } from './model/ports/policy-bucket.ts';
import type { Portals } from './model/ports/portals.ts';
import type { RunLog } from './model/ports/run-log.ts';
import type { ListPortalSecrets } from './model/ports/secret-lister.ts';
import type { TickQueue } from './model/ports/tick-queue.ts';
import { type Settings, secretsPrefixOf } from './model/settings.ts';
import { pageAddress } from './report/tell/compose-message.ts';
import type { Announcing } from './run/after-tick.ts';
import type { ClaimCache } from './run/read-claims.ts';

/** What a warm function keeps between its runs. */
export type Composition = {
  readonly settings: Settings;
  readonly log: RunLog;
  readonly clock: Clock;
  readonly bucket: PolicyBucket;
  readonly claimCache: ClaimCache;
  readonly keysFor: (policy: string) => KeySource;
  readonly listSecrets: ListPortalSecrets;
  /** Where a tick puts its policies; `undefined`: it does them in order itself. */
  readonly queue: TickQueue | undefined;
  /** How people are told, and that a tick has ended. */
  readonly announcing: Announcing;
  /** For one run: to be closed at its end. */
  readonly openPortals: () => Promise<Portals>;
};

/** When a run's time for calls to AWS is over; set anew for each run of a warm function. */
export type RunEnds = {
  /** No key is read any more: no portal could start. */
  keys?: AbortSignal;
  /** No call is waited for any more: the process is about to be ended. */
  calls?: AbortSignal;
};

/** Lambda lets a process have 1,024 files and sockets open; the rest is for AWS, name servers and files. */
const MOST_SOCKETS = 900;

/** Puts the function together. The AWS clients are loaded and made when first used. */
export function composeRun(settings: Settings, ends: RunEnds = {}): Composition {
  const clients = openAwsClients();
  const { s3, secrets, sqs } = clients;
  const end = () => ends.calls;
  const keyCache = openKeyCache(settings.keyCacheMs, systemClock.now);
  const log = openRunLog(settings.deployment);
  const onTrouble = (message: string) => log.warn(message);
  const { tickQueueUrl } = settings;
  return {
    settings,
    log,
    clock: systemClock,
    bucket: openPolicyBucket(settings.bucket, s3, { end }),
    claimCache: new Map(),
    keysFor: (policy) =>
      openSecretKeys({
        client: secrets,
        prefix: secretsPrefixOf(policy, settings),
        cache: keyCache,
        end: () => ends.keys,
        onTrouble,
      }),
    // Read anew, and not kept: it may be half a million names.
    listSecrets: listPortalSecretsWith((prefix) =>
      openSecretKeys({ client: secrets, prefix, cache: openKeyCache(0, systemClock.now), end }),
    ),
    queue: tickQueueUrl === undefined ? undefined : openTickQueue(tickQueueUrl, sqs, { end }),
    announcing: composeAnnouncing(settings, clients, end),
    openPortals: async () => {
      // Loaded with the first run: HTTP and TLS are no part of the start.
      const { openPortals } = await import('./docspace/open-portals.ts');
      return openPortals({
        limits: settings.limits,
        clock: systemClock,
        random: Math.random,
        isAllowedAddress: publicAddresses(settings.allowedRanges, settings.insecureLoopback),
        concurrency: settings.concurrency,
        perAddress: settings.perAddress,
        mostSockets: MOST_SOCKETS,
        ...(settings.privateCaFile !== undefined && { privateCa: readPrivateCa(settings.privateCaFile) }),
      });
    },
  };
}

// --- internal ---

/** Where people are told, and a monitor that we live. The webhook's own room is loaded when there is something to send. */
function composeAnnouncing(settings: Settings, { sns, secrets }: AwsClients, end: EndOfCalls): Announcing {
  const { bucket, deployment, privateCaFile } = settings;
  const { topicArn, webhookSecret, webhookHosts = [], digest, heartbeat } = settings.messages ?? {};
  const webhook = () => ({
    hosts: webhookHosts,
    insecureLoopback: settings.insecureLoopback,
    readSecret: () => readSecretText(webhookSecret ?? '', secrets, end),
    ...(privateCaFile !== undefined && { ca: [...rootCertificates, readPrivateCa(privateCaFile)] }),
  });
  const overWebhook: Channel = {
    name: 'webhook',
    send: async (message) => (await import('./webhook/open-webhook.ts')).openWebhook(webhook()).send(message),
  };
  return {
    channels: [
      ...(topicArn === undefined ? [] : [openTopic(topicArn, sns, { end })]),
      ...(webhookSecret === undefined ? [] : [overWebhook]),
    ],
    ...{ digest, deployment, page: pageAddress(bucket, PAGE_KEY, process.env.AWS_REGION) },
    beat:
      heartbeat === undefined
        ? undefined
        : async () => (await import('./webhook/open-webhook.ts')).beat(heartbeat, webhook()),
  };
}

function readPrivateCa(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
