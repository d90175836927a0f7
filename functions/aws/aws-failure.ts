import { AwsUnavailableError } from '../model/run-failure.ts';

/**
 * The failure of a call for which AWS was not asked, or which it did not answer, with what helps; `undefined` where it
 * answered: then its answer is what counts. Texts of the SDK are looked at, never shown: they may hold anything.
 */
export function awsFailure(error: unknown): AwsUnavailableError | undefined {
  if (error instanceof AwsUnavailableError) return error;
  if (!(error instanceof Error)) return undefined;
  const reason = NAMED[error.name] ?? configReason(error) ?? networkReason(error);
  return reason === undefined ? undefined : new AwsUnavailableError(reason, { cause: error });
}

/** The name of an error, if it has the form of a name. */
export function errorName(error: unknown): string {
  return error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'unknown error';
}

// --- internal ---

const EXPIRED =
  'the AWS login is over: log in again (aws sso login), or set new credentials, with their AWS_SESSION_TOKEN';
const UNKNOWN_CREDENTIALS =
  'AWS does not know the credentials: look at AWS_PROFILE, or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN';
const CLOCK = 'AWS refuses the signature: look at AWS_SECRET_ACCESS_KEY, and set the clock of this machine';

/** What AWS, or the SDK, calls a login that is none. */
const NAMED: Readonly<Record<string, string>> = {
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  RequestExpired: CLOCK,
  RequestTimeTooSkewed: CLOCK,
  SignatureDoesNotMatch: CLOCK,
  InvalidSignatureException: CLOCK,
  UnrecognizedClientException: UNKNOWN_CREDENTIALS,
  InvalidClientTokenId: UNKNOWN_CREDENTIALS,
  InvalidAccessKeyId: UNKNOWN_CREDENTIALS,
  InvalidToken: UNKNOWN_CREDENTIALS,
  AuthFailure: UNKNOWN_CREDENTIALS,
  IncompleteSignature: UNKNOWN_CREDENTIALS,
  MissingAuthenticationToken: UNKNOWN_CREDENTIALS,
  MissingAuthenticationTokenException: UNKNOWN_CREDENTIALS,
  AbortError: 'no time was left to ask AWS',
};

/** What is missing on this machine: nothing was sent. */
function configReason({ name, message }: Error): string | undefined {
  if (/region is missing/i.test(message)) {
    return 'no AWS region is set: set AWS_REGION, or a region in the AWS profile (aws configure set region eu-west-1)';
  }
  if (/region not accepted|invalid region/i.test(message)) {
    return 'the AWS region is no name of a region: set AWS_REGION to one, such as eu-west-1';
  }
  if (!/Credential|TokenProvider/i.test(name)) return undefined;
  if (/sso/i.test(message))
    return 'there is no AWS login, or it is over: run aws sso login with this profile';
  if (/expired/i.test(message)) return EXPIRED;
  return 'there are no AWS credentials: log in (aws sso login, aws configure), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
}

const NETWORK =
  /^(E[A-Z]{3,}|EAI_[A-Z]+|ERR_(TLS|SSL|SOCKET)\w*|ERR_STREAM_PREMATURE_CLOSE|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/;

function networkReason(error: Error & { code?: unknown; $response?: unknown }): string | undefined {
  const { name, code, message } = error;
  const isTimeout = name === 'TimeoutError';
  const isCut =
    (typeof code === 'string' && NETWORK.test(code)) || /^(aborted|socket hang up)$/.test(message);
  if (!isTimeout && !isCut) return undefined;
  const what = isTimeout ? 'no answer in time' : typeof code === 'string' ? code : 'the connection was cut';
  return `AWS could not be reached (${what}): look at the network, at AWS_REGION and at AWS_ENDPOINT_URL`;
}
