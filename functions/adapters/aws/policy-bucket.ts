import type { S3Client } from '@aws-sdk/client-s3';

/** The bucket with policies and reports. The only file that knows S3. */
export type PolicyBucket = {
  /**
   * The object as it is now, or an older version of it; `undefined`: there is none. Reads are strongly consistent.
   */
  read(key: string, mostBytes: number, versionId?: string): Promise<StoredObject | undefined>;
  /** The first bytes of an object, or all of a shorter one; `undefined`: there is none, or it is empty. */
  readStart(key: string, bytes: number): Promise<Uint8Array | undefined>;
  /** All keys below a prefix with their ETags, in key order. */
  list(prefix: string): Promise<ListedObject[]>;
  /**
   * Writes an object, on a condition.
   * @returns its new ETag, or `undefined` where the condition does not hold: somebody else was here
   */
  write(key: string, body: string | Uint8Array, condition?: WriteCondition): Promise<string | undefined>;
};

export type StoredObject = {
  /** `undefined` where there are more than the caller wants. */
  readonly bytes: Uint8Array | undefined;
  readonly etag: string;
  /** The version id; in a bucket without versions, the ETag. */
  readonly version: string;
  readonly isVersioned: boolean;
};

export type ListedObject = { readonly key: string; readonly etag: string };

/** `new`: only if there is no such object; an ETag: only if it is still this one. */
export type WriteCondition = 'new' | { readonly etag: string };

/** The client is loaded when first needed: a warm function, or a command without S3, does not pay for it. */
export function openPolicyBucket(bucket: string, client: () => Promise<S3Client>): PolicyBucket {
  return {
    read: async (Key, mostBytes, VersionId) => {
      const { GetObjectCommand } = await import('@aws-sdk/client-s3');
      try {
        const answer = await (await client()).send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
        const tooBig = (answer.ContentLength ?? 0) > mostBytes;
        if (tooBig && answer.Body && 'destroy' in answer.Body) answer.Body.destroy();
        const { ETag = '' } = answer;
        const isVersioned = answer.VersionId !== undefined && answer.VersionId !== 'null';
        return {
          bytes: tooBig ? undefined : await answer.Body?.transformToByteArray(),
          etag: ETag,
          version: isVersioned ? (answer.VersionId ?? '') : ETag.replaceAll('"', ''),
          isVersioned,
        };
      } catch (error) {
        if (isNamed(error, 'NoSuchKey', 'NoSuchVersion', 'NotFound')) return undefined;
        // A version that was named before the bucket kept versions: an ETag.
        if (VersionId !== undefined && isNamed(error, 'InvalidArgument')) return undefined;
        throw error;
      }
    },
    readStart: async (Key, bytes) => {
      const { GetObjectCommand } = await import('@aws-sdk/client-s3');
      try {
        const input = { Bucket: bucket, Key, Range: `bytes=0-${bytes - 1}` };
        const answer = await (await client()).send(new GetObjectCommand(input));
        return await answer.Body?.transformToByteArray();
      } catch (error) {
        if (isNamed(error, 'NoSuchKey', 'NotFound', 'InvalidRange')) return undefined;
        throw error;
      }
    },
    list: async (Prefix) => {
      const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
      const found: ListedObject[] = [];
      for await (const page of paginateListObjectsV2(
        { client: await client() },
        { Bucket: bucket, Prefix },
      )) {
        for (const { Key, ETag } of page.Contents ?? []) {
          if (Key !== undefined) found.push({ key: Key, etag: ETag ?? '' });
        }
      }
      return found;
    },
    write: async (Key, Body, condition) => {
      const { PutObjectCommand } = await import('@aws-sdk/client-s3');
      const only = condition === 'new' ? { IfNoneMatch: '*' } : condition ? { IfMatch: condition.etag } : {};
      const input = { Bucket: bucket, Key, Body, ContentType: 'application/json', ...only };
      try {
        return (await (await client()).send(new PutObjectCommand(input))).ETag ?? '';
      } catch (error) {
        // With If-Match, a missing object is a condition that does not hold, too.
        if (condition && isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'))
          return undefined;
        throw error;
      }
    },
  };
}

// --- internal ---

function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
