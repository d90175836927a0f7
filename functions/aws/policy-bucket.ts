import type { GetObjectCommandInput, GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { ListedObject, ObjectHead, PolicyBucket, WriteCondition } from '../model/ports/policy-bucket.ts';
import { AwsUnavailableError } from '../model/run-failure.ts';
import { callAws, type EndOfCalls } from './aws-call.ts';
import { inWords } from './bucket-error.ts';
import { systemClock } from './system-clock.ts';

export type PolicyBucketOptions = {
  readonly end?: EndOfCalls;
  /** Waits between two tries of a write that met another. */
  readonly sleep?: (ms: number) => Promise<void>;
};

/** The client is loaded when first needed: a warm function, or a command without S3, does not pay for it. */
export function openPolicyBucket(
  bucket: string,
  client: () => Promise<S3Client>,
  { end, sleep = systemClock.sleep }: PolicyBucketOptions = {},
): PolicyBucket {
  /** An answer whose body is lost on the way is asked for once more: the SDK tries again until the body begins alone. */
  async function get<T>(input: Omit<GetObjectCommandInput, 'Bucket'>, take: Take<T>): Promise<T> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    return callAws(end, async (options) => {
      const { Key, VersionId, Range } = input;
      const ask = async () =>
        (await client()).send(new GetObjectCommand({ Bucket: bucket, Key, VersionId, Range }), options);
      const answer = await ask();
      return take(answer).catch(async () => take(await ask()));
    });
  }

  const s3: PolicyBucket = {
    read: async (Key, mostBytes, VersionId) => {
      try {
        return await get({ Key, VersionId }, (answer) => storedObject(answer, mostBytes));
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
        const command = new HeadObjectCommand({ Bucket: bucket, Key });
        return headOf(await callAws(end, async (options) => (await client()).send(command, options)));
      } catch (error) {
        if (isNamed(error, 'NoSuchKey', 'NotFound')) return undefined;
        throw error;
      }
    },
    readStart: async (Key, bytes) => {
      try {
        return await get({ Key, Range: `bytes=0-${bytes - 1}` }, bytesOf);
      } catch (error) {
        if (isNamed(error, 'NoSuchKey', 'NotFound', 'InvalidRange')) return undefined;
        throw error;
      }
    },
    list: async (Prefix) => {
      const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
      const found: ListedObject[] = [];
      let ContinuationToken: string | undefined;
      do {
        const command = new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken });
        const page = await callAws(end, async (options) => (await client()).send(command, options));
        for (const { Key, ETag = '', LastModified = new Date() } of page.Contents ?? []) {
          if (Key !== undefined) found.push({ key: Key, etag: ETag, modifiedAt: LastModified });
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return found;
    },
    write: async (Key, Body, condition, tags) => {
      const { PutObjectCommand } = await import('@aws-sdk/client-s3');
      const only = condition === 'new' ? { IfNoneMatch: '*' } : condition ? { IfMatch: condition.etag } : {};
      const tagged = tags && { Tagging: new URLSearchParams(tags).toString() };
      const input = { Bucket: bucket, Key, Body, ContentType: contentTypeOf(Key), ...only, ...tagged };
      for (let tries = 1; ; tries++) {
        try {
          const put = new PutObjectCommand(input);
          return (await callAws(end, async (options) => (await client()).send(put, options))).ETag ?? '';
        } catch (error) {
          if (doesNotHold(error, condition)) return undefined;
          if (!isNamed(error, 'ConditionalRequestConflict', 'OperationAborted') || tries === MOST_WRITES)
            throw error;
          await sleep(FIRST_PAUSE * 2 ** (tries - 1));
        }
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

type Take<T> = (answer: GetObjectCommandOutput) => Promise<T>;

/** For a write that meets others under way. */
const MOST_WRITES = 6;
const FIRST_PAUSE = 100;

async function storedObject(answer: GetObjectCommandOutput, mostBytes: number) {
  const tooBig = (answer.ContentLength ?? 0) > mostBytes;
  if (tooBig && answer.Body && 'destroy' in answer.Body) answer.Body.destroy();
  return { ...headOf(answer), bytes: tooBig ? undefined : await bytesOf(answer) };
}

async function bytesOf(answer: GetObjectCommandOutput): Promise<Uint8Array | undefined> {
  return answer.Body?.transformToByteArray();
}

/** Whether S3 answers that the condition does not hold. With If-Match, a missing object is such a one, too. */
function doesNotHold(error: unknown, condition: WriteCondition | undefined): boolean {
  return condition !== undefined && isNamed(error, 'PreconditionFailed', 'NoSuchKey');
}

function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && !(error instanceof AwsUnavailableError) && names.includes(error.name);
}

/** As a browser has to be told: reports are JSON, and the page is looked at. */
function contentTypeOf(key: string): string {
  if (key.endsWith('.html')) return 'text/html; charset=utf-8';
  return key.endsWith('.md') ? 'text/markdown; charset=utf-8' : 'application/json';
}
