import type { PortalKey } from '../model/portal-key.ts';
import type { KnownKeys } from './known-keys.ts';

/** Keys that were read a short while ago, by the name of their secret; and what was known below a prefix. */
export type KeyCache = Kept<PortalKey> & { readonly known: Kept<KnownKeys> };

/** @param keepMs how long a key is taken for current; milliseconds */
export function openKeyCache(keepMs: number, now: () => number): KeyCache {
  return { ...keepFor<PortalKey>(keepMs, now), known: keepFor<KnownKeys>(keepMs, now) };
}

// --- internal ---

type Kept<Value> = {
  get(name: string): Value | undefined;
  set(name: string, value: Value): void;
};

function keepFor<Value>(keepMs: number, now: () => number): Kept<Value> {
  const kept = new Map<string, { readonly value: Value; readonly until: number }>();
  return {
    get: (name) => {
      const entry = kept.get(name);
      if (entry && entry.until > now()) return entry.value;
      kept.delete(name);
      return undefined;
    },
    set: (name, value) => {
      if (keepMs > 0) kept.set(name, { value, until: now() + keepMs });
    },
  };
}
