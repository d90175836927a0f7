import { printable } from '../model/printable.ts';
import { AwsUnavailableError } from '../model/run-failure.ts';

/**
 * The failure of a call for which AWS was not asked, or which it did not answer, with what helps; `undefined` where it
 * answered: then its answer is what counts. Texts of the SDK are looked at, never shown: they may hold anything.
 * @param profile the profile that the SDK takes, for the commands that help
 */
export function awsFailure(
  error: unknown,
  profile: string | undefined = process.env.AWS_PROFILE,
): AwsUnavailableError | undefined {
  if (error instanceof AwsUnavailableError) return error;
  if (!(error instanceof Error)) return undefined;
  const named = Object.hasOwn(NAMED, error.name) ? NAMED[error.name] : undefined;
  const reason =
    named?.(loginOf(profile)) ?? roleReason(error) ?? configReason(error, profile) ?? networkReason(error);
  return reason === undefined ? undefined : new AwsUnavailableError(reason, { cause: error });
}

/** The name of an error, if it has the form of a name. */
export function errorName(error: unknown): string {
  return error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'unknown error';
}

// --- internal ---

type Login = { readonly command: string };

/** What logs in again, ready to be typed. */
function loginOf(profile: string | undefined): Login {
  return { command: `aws sso login${profileOption(profile)}` };
}

function profileOption(profile: string | undefined): string {
  if (!profile) return '';
  return ` --profile ${/^[\w.@+=,-]+$/.test(profile) ? profile : `'${printable(profile, 70).replaceAll("'", "'\\''")}'`}`;
}

const expired = ({ command }: Login) =>
  `the AWS login is over: log in again (${command}), or set new credentials, with their AWS_SESSION_TOKEN`;
const unknownCredentials = () =>
  'AWS does not know the credentials: look at AWS_PROFILE, or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN';
const clock = () =>
  'AWS refuses the signature: look at AWS_SECRET_ACCESS_KEY, and set the clock of this machine';

/** What AWS, or the SDK, calls a login that is none. */
const NAMED: Readonly<Record<string, (login: Login) => string>> = {
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  TokenRefreshRequired: expired,
  RequestExpired: clock,
  RequestTimeTooSkewed: clock,
  SignatureDoesNotMatch: clock,
  InvalidSignatureException: clock,
  UnrecognizedClientException: unknownCredentials,
  InvalidClientTokenId: unknownCredentials,
  InvalidAccessKeyId: unknownCredentials,
  InvalidToken: unknownCredentials,
  AuthFailure: unknownCredentials,
  IncompleteSignature: unknownCredentials,
  MissingAuthenticationToken: unknownCredentials,
  MissingAuthenticationTokenException: unknownCredentials,
  AbortError: () => 'no time was left to ask AWS',
};

/** Who logs in may not take the role that the profile names: no call was made that the role is for. */
function roleReason({ message }: Error): string | undefined {
  const action = /not authorized to perform:? (sts:AssumeRole\w{0,40})/i.exec(message)?.[1];
  return (
    action &&
    `the AWS login may not take the role: grant ${action} on the role, to who logs in, and name that one in the role's trust policy`
  );
}

/** What is missing on this machine: nothing was sent. */
function configReason(error: Error, profile: string | undefined): string | undefined {
  const { name, message } = error;
  const option = profileOption(profile);
  if (/region is missing/i.test(message)) {
    return `no AWS region is set: set AWS_REGION, or a region in the AWS profile (aws configure set region eu-west-1${option})`;
  }
  if (/region not accepted|invalid region/i.test(message)) {
    return 'the AWS region is no name of a region: set AWS_REGION to one, such as eu-west-1';
  }
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'open' && code !== undefined)
    return `a file that the AWS login needs cannot be read (${code}): look at AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE`;
  if (!/Credential|TokenProvider/i.test(name)) return undefined;
  const { command } = loginOf(profile);
  if (/sso|session token/i.test(message))
    return `there is no AWS login, or it is over: run ${command}${profile ? '' : ' with this profile'}`;
  if (/expired/i.test(message)) return expired({ command });
  return profile
    ? `the AWS profile gives no credentials: log in (${command}), or look at it (aws configure list${option})`
    : `there are no AWS credentials: log in (${command}, aws configure), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
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
