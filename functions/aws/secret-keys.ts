import type { BatchGetSecretValueResponse, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PortalError } from '../model/portal-error.ts';
import {
  type KeyLookup,
  type KeySource,
  KeysUnreadableError,
  type PortalKey,
  parsePortalKey,
} from '../model/portal-key.ts';
import type { KeyCache } from './key-cache.ts';

export type SecretKeysOptions = {
  readonly client: () => Promise<SecretsManagerClient>;
  /** Stands before a portal's name in the name of its secret. */
  readonly prefix: string;
  /** Kept between runs of a warm function. */
  readonly cache: KeyCache;
};

/** What BatchGetSecretValue takes in one call. */
const BATCH = 20;

/**
 * Keys from Secrets Manager, 20 a call, fetched along with the run: the batch of a portal is asked for when its first
 * portal is, and let go when its last one was.
 */
export function openSecretKeys(options: SecretKeysOptions): KeySource {
  const { prefix, cache } = options;
  return async (portals) => {
    const batches = new Map<number, { readonly keys: Promise<Batch>; left: number }>();
    const places = new Map(portals.map((portal, index) => [portal, Math.floor(index / BATCH)]));

    function batchOf(place: number): Promise<Batch> {
      let batch = batches.get(place);
      if (!batch) {
        const members = portals.slice(place * BATCH, (place + 1) * BATCH);
        batch = { keys: readBatch(members, options), left: members.length };
        batches.set(place, batch);
      }
      if (--batch.left === 0) batches.delete(place);
      return batch.keys;
    }

    // A call that no portal's key could come through is found out before any portal is touched.
    const first = portals.slice(0, BATCH);
    if (!first.every((portal) => cache.get(prefix + portal))) {
      batches.set(0, { keys: Promise.resolve(await readBatch(first, options, true)), left: first.length });
    }

    const lookup: KeyLookup = {
      keyOf: async (portal) => {
        const cached = cache.get(prefix + portal);
        if (cached) return cached;
        const found = (await batchOf(places.get(portal) ?? 0)).get(prefix + portal);
        if (found === undefined) throw missing();
        if (found instanceof PortalError) throw found;
        return found;
      },
      refresh: (portal) => readOne(portal, options),
    };
    return lookup;
  };
}

// --- internal ---

/** By the secret's name. */
type Batch = ReadonlyMap<string, PortalKey | PortalError>;

async function readBatch(
  portals: readonly string[],
  { client, prefix, cache }: SecretKeysOptions,
  isFirst = false,
): Promise<Batch> {
  const { BatchGetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const names = portals.map((portal) => prefix + portal);
  const batch = new Map<string, PortalKey | PortalError>();
  let NextToken: string | undefined;
  try {
    do {
      const input = { SecretIdList: names, ...(NextToken !== undefined && { NextToken }) };
      const page: BatchGetSecretValueResponse = await (await client()).send(
        new BatchGetSecretValueCommand(input),
      );
      for (const { Name = '', SecretString } of page.SecretValues ?? [])
        batch.set(Name, parseSecret(SecretString));
      for (const { SecretId = '', ErrorCode } of page.Errors ?? [])
        batch.set(nameIn(SecretId, names), secretError(ErrorCode));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  } catch (error) {
    if (isFirst && isNobodysCall(error)) {
      const message = `the portals' keys cannot be read from Secrets Manager (${errorName(error)})`;
      throw new KeysUnreadableError(message, { cause: error });
    }
    const failure = secretError(errorName(error));
    for (const name of names) if (!batch.has(name)) batch.set(name, failure);
  }
  for (const [name, key] of batch) if (!(key instanceof PortalError)) cache.set(name, key);
  return batch;
}

async function readOne(portal: string, { client, prefix, cache }: SecretKeysOptions): Promise<PortalKey> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  let text: string | undefined;
  try {
    text = (await (await client()).send(new GetSecretValueCommand({ SecretId: prefix + portal })))
      .SecretString;
  } catch (error) {
    throw secretError(errorName(error));
  }
  const key = parseSecret(text);
  if (key instanceof PortalError) throw key;
  cache.set(prefix + portal, key);
  return key;
}

/** A batch names a secret that it could not read as it was asked for, or by its ARN. */
function nameIn(secretId: string, names: readonly string[]): string {
  return names.find((name) => secretId === name || secretId.includes(`:secret:${name}-`)) ?? secretId;
}

function parseSecret(text: string | undefined): PortalKey | PortalError {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return new PortalError(
      'KEY_MALFORMED',
      'the portal’s secret is no JSON: it must be {"url": ..., "apiKey": ...}',
    );
  }
  try {
    return parsePortalKey(value);
  } catch (error) {
    if (error instanceof PortalError) return error;
    throw error;
  }
}

function missing(): PortalError {
  return new PortalError(
    'KEY_NOT_FOUND',
    'there is no secret for this portal: create one with its url and apiKey',
  );
}

/** One secret's error; the codes are the service's own. */
function secretError(code: string | undefined): PortalError {
  switch (code) {
    case 'ResourceNotFoundException':
      return missing();
    case 'InvalidRequestException':
      return new PortalError(
        'KEY_NOT_FOUND',
        'the portal’s secret is marked for deletion: restore it, or retire the portal',
      );
    case 'AccessDeniedException':
      return new PortalError(
        'KEY_DENIED',
        'the portal’s secret may not be read: grant secretsmanager:GetSecretValue on it',
      );
    case 'DecryptionFailure':
      return new PortalError(
        'KEY_DENIED',
        'the portal’s secret cannot be decrypted: grant kms:Decrypt on its key (kmsKeys)',
      );
    default:
      return unavailable(code);
  }
}

function unavailable(code: string | undefined): PortalError {
  const name = /^\w{1,60}$/.test(code ?? '') ? code : 'unknown error';
  return new PortalError('KEY_UNAVAILABLE', `Secrets Manager could not give the portal’s key (${name})`, {
    retryable: true,
  });
}

/** Whether a call failed as it would for every portal: no permission, no credentials, no region, no endpoint. */
function isNobodysCall(error: unknown): boolean {
  return /AccessDenied|UnrecognizedClient|InvalidSignature|InvalidClientToken|ExpiredToken|Credential|Region/i.test(
    errorName(error),
  );
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
