/** The bucket with policies and reports. */
export type PolicyBucket = {
  /**
   * The object as it is now, or an older version of it; `undefined`: there is none. Reads are strongly consistent.
   */
  read(key: string, mostBytes: number, versionId?: string): Promise<StoredObject | undefined>;
  /** What is known of an object without reading it; `undefined`: there is none. */
  look(key: string): Promise<ObjectHead | undefined>;
  /** The first bytes of an object, or all of a shorter one; `undefined`: there is none, or it is empty. */
  readStart(key: string, bytes: number): Promise<Uint8Array | undefined>;
  /** All keys below a prefix with their ETags, in key order. */
  list(prefix: string): Promise<ListedObject[]>;
  /**
   * Writes an object, on a condition, with tags.
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
  /** The version id; in a bucket without versions, the ETag. */
  readonly version: string;
  readonly isVersioned: boolean;
  /** When the bucket took it, by the bucket's own clock, to the second. */
  readonly modifiedAt: Date;
};

export type ListedObject = {
  readonly key: string;
  readonly etag: string;
  /** When it was written; not there where a bucket does not say. */
  readonly modifiedAt?: Date | undefined;
};

/** `new`: only if there is no such object; an ETag: only if it is still this one. */
export type WriteCondition = 'new' | { readonly etag: string };
