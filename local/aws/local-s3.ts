import { AwsError } from './aws-error.ts';
import { type Checksum, computeChecksum } from './checksums.ts';
import { createBucket, type S3Bucket, type S3Version } from './s3-bucket.ts';

/** One change of one object, as it happened. */
export type ObjectChange = {
  readonly kind: 'created' | 'delete-marker-created' | 'permanently-deleted';
  readonly bucket: string;
  readonly key: string;
  /** Missing where the bucket keeps no versions. */
  readonly versionId?: string;
  /** Without quotes; missing where something was deleted for good. */
  readonly etag?: string;
  /** Bytes; of a created object alone. */
  readonly size?: number;
  /** Grows with every change, compared as text. */
  readonly sequencer: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly requestId: string;
};

export type PutOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
  readonly tagging?: string;
  readonly requestId?: string;
};

/** What S3 holds. Everything takes effect at once, and every read sees it. */
export type LocalS3 = {
  /**
   * The caller may not list: then a missing object answers 403 AccessDenied, not 404, so that its absence
   * is not told, and listings answer 403.
   */
  hideMissing: boolean;
  createBucket(name: string, options?: { versioning?: boolean }): S3Bucket;
  findBucket(name: string): S3Bucket | undefined;
  /** Throws NoSuchBucket. */
  bucket(name: string): S3Bucket;
  put(bucket: string, key: string, body: string | Uint8Array, options?: PutOptions): S3Version;
  /** With a version id that version goes for good; without one, a versioned bucket gets a delete marker. */
  remove(
    bucket: string,
    key: string,
    options?: { versionId?: string; requestId?: string },
  ): S3Version | undefined;
  /** The current text of an object; undefined where there is none. */
  text(bucket: string, key: string): string | undefined;
  /** Keys of the objects there now, in S3's order. */
  keys(bucket: string, prefix?: string): string[];
  /** Hears each change once it is done, before the answer goes out. Returns how to stop hearing. */
  onChange(listener: (change: ObjectChange) => void): () => void;
};

export type LocalS3Options = { readonly now: () => number; readonly randomBytes: (size: number) => Buffer };

export function createLocalS3({ now, randomBytes }: LocalS3Options): LocalS3 {
  const buckets = new Map<string, S3Bucket>();
  const { tell, onChange } = openChanges({ now, randomBytes });

  const bucketOf = (name: string): S3Bucket => {
    const found = buckets.get(name);
    if (found) return found;
    throw new AwsError(404, 'NoSuchBucket', 'The specified bucket does not exist');
  };
  const versionIdFor = (bucket: S3Bucket): string =>
    bucket.versioning ? randomBytes(24).toString('base64url').replaceAll('-', '.') : 'null';
  const push = (bucket: S3Bucket, key: string, body: Buffer, deleteMarker: boolean, options: PutOptions) => {
    const version: S3Version = {
      key,
      versionId: versionIdFor(bucket),
      deleteMarker,
      body,
      etag: Buffer.from(computeChecksum('md5', body).value, 'base64').toString('hex'),
      lastModified: now(),
      headers: options.headers ?? {},
      ...(options.checksum && { checksum: options.checksum }),
      ...(options.tagging !== undefined && { tagging: options.tagging }),
    };
    bucket.push(version);
    tell(deleteMarker ? 'delete-marker-created' : 'created', bucket, version, options.requestId);
    return version;
  };

  return {
    hideMissing: false,
    bucket: bucketOf,
    findBucket: (name) => buckets.get(name),
    createBucket: (name, options = {}) => {
      if (buckets.has(name)) {
        throw new AwsError(409, 'BucketAlreadyOwnedByYou', 'Your previous request to create it succeeded.');
      }
      const bucket = createBucket(name, options.versioning ? 'Enabled' : undefined);
      buckets.set(name, bucket);
      return bucket;
    },
    put: (name, key, body, options = {}) => push(bucketOf(name), key, Buffer.from(body), false, options),
    remove: (name, key, { versionId, requestId } = {}) => {
      const bucket = bucketOf(name);
      if (versionId === undefined && bucket.versioning) {
        return push(bucket, key, Buffer.alloc(0), true, requestId === undefined ? {} : { requestId });
      }
      const dropped = bucket.drop(key, versionId ?? 'null');
      if (dropped) tell('permanently-deleted', bucket, dropped, requestId);
      return dropped;
    },
    text: (name, key) => bucketOf(name).current(key)?.body.toString('utf8'),
    keys: (name, prefix = '') => {
      const bucket = bucketOf(name);
      return bucket.keysFrom(prefix).filter((key) => key.startsWith(prefix) && bucket.current(key));
    },
    onChange,
  };
}

// --- internal ---

/** Who hears of changes, and how they are told. */
function openChanges({ now, randomBytes }: LocalS3Options) {
  const listeners = new Set<(change: ObjectChange) => void>();
  const nextSequencer = sequencers();
  return {
    tell: (
      kind: ObjectChange['kind'],
      bucket: S3Bucket,
      version: S3Version,
      requestId: string | undefined,
    ): void => {
      const at = now();
      const change: ObjectChange = {
        kind,
        bucket: bucket.name,
        key: version.key,
        ...(bucket.versioning && { versionId: version.versionId }),
        ...(kind !== 'permanently-deleted' && { etag: version.etag }),
        ...(kind === 'created' && { size: version.body.length }),
        sequencer: nextSequencer(at),
        at,
        requestId: requestId ?? randomBytes(8).toString('hex').toUpperCase(),
      };
      for (const listener of listeners) listener(change);
    },
    onChange: (listener: (change: ObjectChange) => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** Seconds and a count in hex, of fixed width, and never smaller than the one before, whatever the clock does. */
function sequencers(): (at: number) => string {
  let seconds = 0;
  let count = 0;
  return (at) => {
    seconds = Math.max(seconds, Math.floor(at / 1000));
    count += 1;
    const hex = (value: number, width: number) => value.toString(16).toUpperCase().padStart(width, '0');
    return `${hex(seconds, 10)}${hex(count, 8)}`;
  };
}
