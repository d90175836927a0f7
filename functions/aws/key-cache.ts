import type { PortalKey } from '../model/portal-key.ts';

/** Keys that were read a short while ago. */
export type KeyCache = {
  get(secret: string): PortalKey | undefined;
  set(secret: string, key: PortalKey): void;
};

/** @param keepMs how long a key is taken for current; milliseconds */
export function openKeyCache(keepMs: number, now: () => number): KeyCache {
  const kept = new Map<string, { readonly key: PortalKey; readonly until: number }>();
  return {
    get: (secret) => {
      const entry = kept.get(secret);
      if (entry && entry.until > now()) return entry.key;
      kept.delete(secret);
      return undefined;
    },
    set: (secret, key) => {
      if (keepMs > 0) kept.set(secret, { key, until: now() + keepMs });
    },
  };
}
