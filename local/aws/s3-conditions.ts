import { AwsError, notImplemented } from './aws-error.ts';
import type { S3Version } from './s3-bucket.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** Throws unless a PUT over `current` may go on. If-None-Match takes `*` alone, If-Match an ETag alone. */
export function checkWriteConditions(current: S3Version | undefined, headers: Headers): void {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw notImplemented('If-None-Match with an ETag on a PUT');
    if (current !== undefined) throw preconditionFailed('If-None-Match');
  }
  if (ifMatch !== undefined) {
    if (ifMatch === '*') throw notImplemented('If-Match: * on a PUT');
    if (current === undefined) throw new AwsError(404, 'NoSuchKey', 'The specified key does not exist.');
    if (!names(ifMatch, current)) throw preconditionFailed('If-Match');
  }
}

/** Throws 412 if a GET must not go on; says `not-modified` where the caller has it already. */
export function checkReadConditions(current: S3Version, headers: Headers): 'send' | 'not-modified' {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined && !names(ifMatch, current)) throw preconditionFailed('If-Match');
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, current) ? 'not-modified' : 'send';
  return 'send';
}

// --- internal ---

/** Whether a list of ETags, quoted or bare, or `*`, names this version. */
function names(header: string, version: S3Version): boolean {
  return header.split(',').some((part) => {
    const etag = part.trim().replace(/^(W\/)?"(.*)"$/, '$2');
    return etag === '*' || etag === version.etag;
  });
}

function preconditionFailed(condition: string): AwsError {
  const message = `At least one of the pre-conditions you specified did not hold (${condition})`;
  return new AwsError(412, 'PreconditionFailed', message);
}
