import type { GetObjectCommandInput, GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { ListedObject, PolicyBucket, WriteCondition } from '../model/ports/policy-bucket.ts';
import { AwsUnavailableError } from '../model/run-failure.ts';
import { callAws, type EndOfCalls } from './aws-call.ts';
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
      const ask = async () =>
        (await client()).send(new GetObjectCommand({ Bucket: bucket, ...input }), options);
      const answer = await ask();
      return take(answer).catch(async () => take(await ask()));
    });
  }

  return {
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
    write: async (Key, Body, condition) => {
      const { PutObjectCommand } = await import('@aws-sdk/client-s3');
      const only = condition === 'new' ? { IfNoneMatch: '*' } : condition ? { IfMatch: condition.etag } : {};
      const input = { Bucket: bucket, Key, Body, ContentType: 'application/json', ...only };
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
}

// --- internal ---

type Take<T> = (answer: GetObjectCommandOutput) => Promise<T>;

/** For a write that meets others under way. */
const MOST_WRITES = 6;
const FIRST_PAUSE = 100;

async function storedObject(answer: GetObjectCommandOutput, mostBytes: number) {
  const { ETag = '', VersionId, LastModified = new Date(), ContentLength = 0 } = answer;
  const tooBig = ContentLength > mostBytes;
  if (tooBig && answer.Body && 'destroy' in answer.Body) answer.Body.destroy();
  const isVersioned = VersionId !== undefined && VersionId !== 'null';
  return {
    bytes: tooBig ? undefined : await bytesOf(answer),
    etag: ETag,
    modifiedAt: LastModified,
    version: isVersioned ? VersionId : ETag.replaceAll('"', ''),
    isVersioned,
  };
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
