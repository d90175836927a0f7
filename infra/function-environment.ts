import { Tokenization } from 'aws-cdk-lib';
import { METRICS_NAMESPACE, SERVICE_NAME } from '../functions/model/metrics.ts';
import { type Settings, SettingsError } from './settings.ts';

/** The private CA in the function's own folder. */
export const PRIVATE_CA_FILE = 'private-ca.pem';

/** Lambda takes no more, in bytes, of all names and values. */
const ENVIRONMENT_BYTES = 4096;

/**
 * The settings as the function reads them.
 * @param more what only the stack knows
 * @throws SettingsError where they are more than Lambda takes
 */
export function functionEnvironment(
  settings: Settings,
  bucketName: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const environment = {
    POLICY_BUCKET: bucketName,
    SECRETS_PREFIX: settings.secretsPrefix,
    ALLOWED_HOSTS: settings.allowedHosts.join(','),
    ALLOWED_DESTINATIONS: settings.allowedDestinations.join(','),
    ALLOWED_RANGES: settings.allowedRanges.join(','),
    CONCURRENCY: settings.concurrency === 'auto' ? 'auto' : sayNumber(settings.concurrency),
    PER_ADDRESS: sayNumber(settings.perAddress),
    APPROVALS: settings.approvals,
    PAUSED: String(settings.paused),
    TEAMS: JSON.stringify(settings.teams),
    GUARD: JSON.stringify(settings.guard),
    GRACE_HOURS: sayNumber(settings.graceHours),
    ...(Object.keys(settings.messages).length > 0 && { MESSAGES: JSON.stringify(settings.messages) }),
    ...(settings.allowInsecureLoopback && { ALLOW_INSECURE_LOOPBACK: 'true' }),
    ...(settings.privateCa !== undefined && { PRIVATE_CA_FILE }),
    FUNCTION_TIMEOUT_SECONDS: String(settings.timeoutSeconds),
    POWERTOOLS_SERVICE_NAME: SERVICE_NAME,
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
    ...more,
  };
  const bytes = Buffer.byteLength(Object.entries(environment).flat().join(''));
  if (bytes > ENVIRONMENT_BYTES) {
    throw new SettingsError(
      `The settings take ${bytes} bytes of the function's environment, and Lambda allows ${ENVIRONMENT_BYTES}: shorten allowedHosts, allowedDestinations, allowedRanges, teams or messages (a pattern such as *.acme.com stands for many hosts)`,
    );
  }
  return environment;
}

// --- internal ---

/** A number that only the deployment knows is a token, which must go in as one. */
function sayNumber(value: number): string {
  return Tokenization.stringifyNumber(value);
}
