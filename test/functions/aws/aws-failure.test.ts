import { describe, expect, test } from 'vitest';
import { awsFailure } from '../../../functions/aws/aws-failure.ts';

const error = (name: string, message = 'sk-secret', code?: string) =>
  Object.assign(new Error(message), { name }, code && { code });

describe('a call for which AWS was not asked, or did not answer', () => {
  test.each<[string, Error, RegExp]>([
    ['no region', error('Error', 'Region is missing'), /AWS_REGION/],
    ['no region name', error('Error', 'Region not accepted: region="a b" is not'), /no name of a region/],
    ['no credentials', error('CredentialsProviderError', 'Could not load credentials'), /aws configure/],
    [
      'an SSO session that is over',
      error('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
      /run aws sso login/,
    ],
    ['an SSO token', error('TokenProviderError', 'SSO Token is expired'), /run aws sso login/],
    ['an expired token', error('ExpiredToken'), /log in again/],
    ['unknown credentials', error('InvalidClientTokenId'), /does not know the credentials/],
    ['a clock', error('RequestTimeTooSkewed'), /the clock of this machine/],
    ['a host', error('Error', 'getaddrinfo ENOTFOUND x', 'ENOTFOUND'), /\(ENOTFOUND\)/],
    ['a timeout', error('TimeoutError'), /no answer in time/],
    ['a certificate', error('Error', 'x', 'SELF_SIGNED_CERT_IN_CHAIN'), /SELF_SIGNED_CERT_IN_CHAIN/],
    ['an end', error('AbortError'), /no time was left/],
  ])('for want of %s', (_, cause, told) => {
    const failure = awsFailure(cause);
    expect(failure).toMatchObject({ code: 'AWS_UNAVAILABLE', cause });
    expect(failure?.message).toMatch(told);
    expect(failure?.message).not.toContain('sk-secret');
  });

  test.each([error('AccessDenied'), error('NoSuchKey'), error('InternalError'), error('TypeError'), 'text'])(
    'is told from an answer, and from our own mistakes: %s',
    (other) => {
      expect(awsFailure(other)).toBeUndefined();
    },
  );
});
