import type { S3Client } from '@aws-sdk/client-s3';
import type { ListedObject, ObjectHead, PolicyBucket } from '../model/ports/policy-bucket.ts';
import { inWords } from './bucket-error.ts';

/** The client is loaded when first needed: a warm function, or a command without S3, does not pay for it. */
export function openPolicyBucket(bucket: string, client: () => Promise<S3Client>): PolicyBucket {
  const s3: PolicyBucket = {
    read: async (Key, mostBytes, VersionId) => {
      const { GetObjectCommand } = await import('@aws-sdk/client-s3');
      try {
        const answer = await (await client()).send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
        const tooBig = (answer.ContentLength ?? 0) > mostBytes;
        if (tooBig && answer.Body && 'destroy' in answer.Body) answer.Body.destroy();
        return { ...headOf(answer), bytes: tooBig ? undefined : await answer.Body?.transformToByteArray() };
      } catch (error) {
        if (isNamed(error, 'NoSuchKey', 'NoSuchVersion', 'NotFound')) return undefined;
        // A version that was named before the bucket kept versions: an ETag.
        if (VersionId !== undefined && isNamed(error, 'InvalidArgument')) return undefined;
        throw error;
      }
    },
    look: async (Key) => {
      const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
      try {
        return headOf(await (await client()).send(new HeadObjectCommand({ Bucket: bucket, Key })));
      } catch (error) {
        if (isNamed(error, 'NoSuchKey', 'NotFound')) return undefined;
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
        for (const { Key, ETag, LastModified } of page.Contents ?? []) {
          if (Key !== undefined) found.push({ key: Key, etag: ETag ?? '', modifiedAt: LastModified });
        }
      }
      return found;
    },
    write: async (Key, Body, condition, tags) => {
      const { PutObjectCommand } = await import('@aws-sdk/client-s3');
      const only = condition === 'new' ? { IfNoneMatch: '*' } : condition ? { IfMatch: condition.etag } : {};
      const tagged = tags && { Tagging: new URLSearchParams(tags).toString() };
      const input = { Bucket: bucket, Key, Body, ContentType: 'application/json', ...only, ...tagged };
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
  return inWords(s3, bucket);
}

// --- internal ---

type Answer = {
  readonly ETag?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly LastModified?: Date | undefined;
};

/** An object whose time is not told counts as written just now: a lease must not seem to have run out. */
function headOf({ ETag = '', VersionId, LastModified = new Date() }: Answer): ObjectHead {
  const isVersioned = VersionId !== undefined && VersionId !== 'null';
  const version = isVersioned ? VersionId : ETag.replaceAll('"', '');
  return { etag: ETag, version, isVersioned, modifiedAt: LastModified };
}

function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
