/**
 * The bucket with policies and reports. Every call has an end: it throws AwsUnavailableError where nothing answers in
 * time, or where the run's own time is over.
 */
export type PolicyBucket = {
  /**
   * The object as it is now, or an older version of it; `undefined`: there is none. Reads are strongly consistent.
   */
  read(key: string, mostBytes: number, versionId?: string): Promise<StoredObject | undefined>;
  /** What is known of an object without reading it; `undefined`: there is none. */
  look(key: string): Promise<ObjectHead | undefined>;
  /** The first bytes of an object, or all of a shorter one; `undefined`: there is none, or it is empty. */
  readStart(key: string, bytes: number): Promise<Uint8Array | undefined>;
  /** All objects below a prefix, in key order. */
  list(prefix: string): Promise<ListedObject[]>;
  /**
   * Writes an object, on a condition, with tags. Where another write to it is under way, it is tried again.
   * @returns its new ETag, or `undefined` where the condition does not hold: somebody else was here
   */
  write(
    key: string,
    body: string | Uint8Array,
    condition?: WriteCondition,
    tags?: Readonly<Record<string, string>>,
  ): Promise<string | undefined>;
};

export type StoredObject = ObjectHead & {
  /** `undefined` where there are more than the caller wants. */
  readonly bytes: Uint8Array | undefined;
};

export type ObjectHead = {
  readonly etag: string;
  /** When it was written, by the bucket's own clock; to the second. */
  readonly modifiedAt: Date;
  /** The version id; in a bucket without versions, the ETag. */
  readonly version: string;
  readonly isVersioned: boolean;
};

export type ListedObject = {
  readonly key: string;
  readonly etag: string;
  /** When it was written, by the bucket's own clock. */
  readonly modifiedAt: Date;
};

/** `new`: only if there is no such object; an ETag: only if it is still this one. */
export type WriteCondition = 'new' | { readonly etag: string };
