import type { PortalError } from '../model/portal-error.ts';
import type { BatchReader, Parse } from './read-batch.ts';

/**
 * Reads all secrets named, 20 a call, several calls side by side. The first call goes alone: what would be refused for
 * every portal is refused once.
 * @throws RunFailure where the first call tells that no key can be had
 */
export type ReadAll = <T>(
  names: readonly string[],
  parse: Parse<T>,
  onEntry: (name: string, entry: T | PortalError) => void,
) => Promise<void>;

export function readAllWith(readBatch: BatchReader): ReadAll {
  return async (names, parse, onEntry) => {
    let at = 0;
    async function next(isFirst = false): Promise<void> {
      const members = names.slice(at, at + BATCH);
      at += BATCH;
      for (const [name, entry] of await readBatch(members, isFirst, parse)) onEntry(name, entry);
    }
    async function worker(): Promise<void> {
      while (at < names.length) await next();
    }
    if (names.length > 0) await next(true);
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  };
}

// --- internal ---

/** What BatchGetSecretValue takes in one call. */
const BATCH = 20;

/** So many that the quota is used up also where an answer takes a third of a second. */
const SIDE_BY_SIDE = 32;
