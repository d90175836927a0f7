import type { PolicyBucket } from '../model/ports/policy-bucket.ts';

/** A bucket that can't be used as it is deployed: what is wrong, and what to do. It has S3's own name of the error. */
export class BucketError extends Error {
  constructor(name: string, message: string, cause: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

/** The bucket, with words for what S3 says of one in another region or account, or that is not there. */
export function inWords(bucket: PolicyBucket, name: string): PolicyBucket {
  const explained =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      call(...args).catch((error: unknown) => {
        throw explain(error, name);
      });
  return {
    read: explained(bucket.read),
    look: explained(bucket.look),
    readStart: explained(bucket.readStart),
    list: explained(bucket.list),
    write: explained(bucket.write),
  };
}

// --- internal ---

function explain(error: unknown, bucket: string): unknown {
  if (!(error instanceof Error)) return error;
  const words = Object.hasOwn(WORDS, error.name) ? WORDS[error.name] : undefined;
  return words === undefined
    ? error
    : new BucketError(error.name, `the bucket ${bucket} ${words} (S3: ${error.name})`, error);
}

const ELSEWHERE =
  'is in another region than the function: deploy policy-sync in the region of the bucket, or name one of its own region';

const WORDS: Readonly<Record<string, string>> = {
  PermanentRedirect: ELSEWHERE,
  TemporaryRedirect: ELSEWHERE,
  AuthorizationHeaderMalformed: ELSEWHERE,
  IllegalLocationConstraintException: ELSEWHERE,
  NoSuchBucket: 'is not there: look at existingBucket',
  AccessDenied:
    'does not let the function in: if it is another account’s, its policy must let in the role of the output RoleArn; if it is encrypted, its KMS key must be given as bucketKmsKey; a policy of the bucket or of the organization may forbid it, too',
};
