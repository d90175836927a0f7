import type { Checksum } from './checksums.ts';
import { compareKeys } from './s3-key.ts';

export type S3Version = {
  readonly key: string;
  /** `null` (the text) where it was written while the bucket kept no versions. */
  readonly versionId: string;
  readonly deleteMarker: boolean;
  /** A test that changes bytes here makes an object whose checksum no longer fits. */
  readonly body: Buffer;
  /** The MD5 in hex, without quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  /** What the PUT said and every GET repeats: content-type, x-amz-meta-* and the like, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
  /** The tags that came with the PUT, as a query. */
  readonly tagging?: string;
};

/** One bucket's objects, as data with an order. */
export type S3Bucket = {
  readonly name: string;
  versioning: 'Enabled' | undefined;
  /** Newest first; never an empty list. */
  versions(key: string): readonly S3Version[];
  current(key: string): S3Version | undefined;
  /** Puts a version on top; one of the same id makes way. */
  push(version: S3Version): void;
  /** Takes a version away for good, and says which it was. */
  drop(key: string, versionId: string): S3Version | undefined;
  /** All keys from `from` on, in S3's order, those with nothing but a delete marker too. */
  keysFrom(from: string): readonly string[];
};

export function createBucket(name: string, versioning: 'Enabled' | undefined): S3Bucket {
  const byKey = new Map<string, readonly S3Version[]>();
  // Sorted when a listing first needs it, and again only after a key came or went.
  let sorted: string[] | undefined;

  const versions = (key: string): readonly S3Version[] => byKey.get(key) ?? [];
  return {
    name,
    versioning,
    versions,
    current: (key) => {
      const newest = versions(key)[0];
      return newest?.deleteMarker ? undefined : newest;
    },
    push: (version) => {
      if (!byKey.has(version.key)) sorted = undefined;
      const older = versions(version.key).filter((other) => other.versionId !== version.versionId);
      byKey.set(version.key, [version, ...older]);
    },
    drop: (key, versionId) => {
      const dropped = versions(key).find((version) => version.versionId === versionId);
      const left = versions(key).filter((version) => version !== dropped);
      if (left.length > 0) byKey.set(key, left);
      else if (byKey.delete(key)) sorted = undefined;
      return dropped;
    },
    keysFrom: (from) => {
      sorted ??= [...byKey.keys()].sort(compareKeys);
      return sorted.slice(firstNotBelow(sorted, from));
    },
  };
}

// --- internal ---

function firstNotBelow(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(sorted[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
