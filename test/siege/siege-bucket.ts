import type { PolicyBucket, StoredObject } from '../../functions/model/ports/policy-bucket.ts';
import { AwsUnavailableError } from '../../functions/model/run-failure.ts';

type Stored = Omit<StoredObject, 'bytes'> & { readonly bytes: Uint8Array };

/** What may become of a call to AWS. `before`: it fails, not done; `after`: it fails, done; `again`: done, and sent again by the SDK. */
export type CallFault = 'before' | 'after' | 'again' | undefined;

/** A run's way to the outside: each call has its turn, and may be the one at which the run dies. */
export type Call = <T>(effect: () => T | Promise<T>, fault?: (fault: CallFault) => void) => Promise<T>;

/** A versioned bucket in memory. */
export type SiegeBucket = {
  put(key: string, body: string | Uint8Array): string;
  remove(key: string): void;
  text(key: string): string | undefined;
  keys(prefix: string): string[];
  version(key: string): string | undefined;
  /** An older text. */
  textOf(key: string, version: string | undefined): string | undefined;
  /** As a run sees it. */
  open(call: <T>(effect: () => T) => Promise<T>, faultOf: () => CallFault): PolicyBucket;
};

/** @param now the bucket's own clock */
export function siegeBucket(now: () => Date): SiegeBucket {
  const objects = new Map<string, Stored[]>();
  let writes = 0;

  const current = (key: string) => objects.get(key)?.at(-1);
  const put = (key: string, body: string | Uint8Array) => {
    const version = `v${++writes}`;
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    const stored = { bytes, etag: `"${version}"`, version, isVersioned: true, modifiedAt: now() };
    objects.set(key, [...(key.startsWith('policies/') ? (objects.get(key) ?? []) : []), stored]);
    return stored.etag;
  };
  const keys = (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();

  function open(call: <T>(effect: () => T) => Promise<T>, faultOf: () => CallFault): PolicyBucket {
    const ask = <T>(effect: () => T) => {
      const fault = faultOf();
      return call(() => {
        if (fault === 'before') throw unavailable();
        const answer = effect();
        if (fault === 'after') throw unavailable();
        return fault === 'again' ? effect() : answer;
      });
    };
    return {
      read: (key, mostBytes, version) =>
        ask(() => {
          const found =
            version === undefined ? current(key) : objects.get(key)?.find((one) => one.version === version);
          return found && (found.bytes.length > mostBytes ? { ...found, bytes: undefined } : found);
        }),
      look: (key) => ask(() => current(key)),
      readStart: (key, bytes) => ask(() => current(key)?.bytes.subarray(0, bytes)),
      list: (prefix) =>
        ask(() =>
          keys(prefix).flatMap((key) => {
            const found = current(key);
            return found ? [{ key, etag: found.etag, modifiedAt: found.modifiedAt }] : [];
          }),
        ),
      write: (key, body, condition) =>
        ask(() => {
          const etag = current(key)?.etag;
          const holds = condition === undefined || (condition === 'new' ? !etag : condition.etag === etag);
          return holds ? put(key, body) : undefined;
        }),
    };
  }

  return {
    put,
    remove: (key) => objects.delete(key),
    text: (key) => {
      const found = current(key);
      return found && new TextDecoder().decode(found.bytes);
    },
    keys,
    version: (key) => current(key)?.version,
    textOf: (key, version) => {
      const found = objects.get(key)?.find((one) => one.version === version);
      return found && new TextDecoder().decode(found.bytes);
    },
    open,
  };
}

// --- internal ---

function unavailable(): AwsUnavailableError {
  return new AwsUnavailableError('AWS did not answer');
}
