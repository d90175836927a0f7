/** What was asked of a bucket, for the permission that helps. */
export type BucketCall = {
  /** Such as `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
};

/** S3's own name of an error, with what helps. Nothing else of its text is shown: it may hold anything. */
export function bucketProblem(error: unknown, { action, resource }: BucketCall): string {
  const name = error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'unknown error';
  if (ELSEWHERE.has(name))
    return `(${name}): the bucket is in another region: set AWS_REGION to that of the bucket`;
  if (name !== 'AccessDenied' && name !== 'Forbidden') return `(${name})`;
  const text = error instanceof Error ? textOf(error) : '';
  const key = /not authorized to perform:? (kms:\w{1,60})/.exec(text)?.[1];
  const denied = /explicit deny/i.test(text) ? DENIED : '';
  return `(${name}): grant ${key ? `${key} on the key of the bucket` : `${action} on ${resource}`}${denied}`;
}

// --- internal ---

const DENIED = '; a policy denies it explicitly, and that goes before any grant';

const ELSEWHERE: ReadonlySet<string> = new Set([
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

/** An error that was put into words has S3's own below it. */
function textOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}\n${cause.message}` : message;
}
