import { AwsError } from './aws-error.ts';
import type { LocalSecrets, Secret } from './local-secrets.ts';
import { invalidParameter, type SecretsInput } from './secrets-input.ts';

type Output = Record<string, unknown>;

export function createSecret(secrets: LocalSecrets, input: SecretsInput): Output {
  const name = input.requiredText('Name');
  if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
    const characters =
      'Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
    throw new AwsError(400, 'ValidationException', `Invalid name. ${characters}`);
  }
  const value = readValue(input);
  const tags = input.tags();
  const token = input.text('ClientRequestToken');
  const existing = secrets.find(name);
  if (existing?.deletedAt !== undefined) {
    const message =
      "You can't create this secret because a secret with this name is already scheduled for deletion.";
    throw new AwsError(400, 'InvalidRequestException', message);
  }
  // The same call sent twice, as the SDK's retries do, makes one secret.
  const repeated = existing && value !== undefined && holds(existing, token, value);
  const secret = repeated ? existing : secrets.create(name, input.text('Description'));
  if (value !== undefined && !repeated) secrets.put(name, value, token);
  secrets.tag(name, tags);
  return { ARN: secret.arn, Name: secret.name, VersionId: secret.versions[0]?.versionId };
}

export function putSecretValue(secrets: LocalSecrets, input: SecretsInput): Output {
  const secret = findSecret(secrets, input.requiredText('SecretId'));
  if (secret.deletedAt !== undefined) throw markedForDeletion();
  const value = readValue(input);
  if (value === undefined) {
    throw invalidParameter('You must provide either SecretString or SecretBinary.');
  }
  const token = input.text('ClientRequestToken');
  if (!holds(secret, token, value)) {
    if (secret.versions.some(({ versionId }) => versionId === token)) {
      const message = `A version with this VersionId ${token} already exists with different content.`;
      throw new AwsError(400, 'ResourceExistsException', message);
    }
    secrets.put(secret.name, value, token);
  }
  const VersionId = secret.versions[0]?.versionId;
  return { ARN: secret.arn, Name: secret.name, VersionId, VersionStages: ['AWSCURRENT'] };
}

export function deleteSecret(secrets: LocalSecrets, input: SecretsInput, now: () => number): Output {
  const id = input.requiredText('SecretId');
  const days = input.wholeNumber('RecoveryWindowInDays', 7, 30);
  if (input.flag('ForceDeleteWithoutRecovery')) {
    if (days !== undefined) {
      throw invalidParameter("You can't use ForceDeleteWithoutRecovery with RecoveryWindowInDays.");
    }
    // Without an error also where there is nothing to delete.
    const arn = secrets.find(id)?.arn ?? secrets.arnOf(id);
    const name = secrets.find(id)?.name ?? id;
    secrets.remove(id);
    return { ARN: arn, Name: name, DeletionDate: now() / 1000 };
  }
  const secret = findSecret(secrets, id);
  if (secret.deletedAt !== undefined) throw markedForDeletion();
  secret.deletedAt = now() + (days ?? 30) * 24 * 3600 * 1000;
  return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletedAt / 1000 };
}

/** Answers with nothing, as AWS does. */
export function tagResource(secrets: LocalSecrets, input: SecretsInput): Output {
  const secret = findSecret(secrets, input.requiredText('SecretId'));
  if (secret.deletedAt !== undefined) throw markedForDeletion();
  secrets.tag(secret.name, input.tags());
  return {};
}

// --- internal ---

/** What a secret holds at most. Bytes. */
const MOST_BYTES = 65_536;

function readValue(input: SecretsInput): string | Buffer | undefined {
  const text = input.text('SecretString');
  const binary = input.text('SecretBinary');
  if (text !== undefined && binary !== undefined) {
    throw invalidParameter("You can't specify both a binary secret value and a string secret value.");
  }
  const value = binary === undefined ? text : Buffer.from(binary, 'base64');
  if (value === undefined || Buffer.byteLength(value) <= MOST_BYTES) return value;
  const field = binary === undefined ? 'secretString' : 'secretBinary';
  const constraint = `Member must have length less than or equal to ${MOST_BYTES}`;
  throw new AwsError(
    400,
    'ValidationException',
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${constraint}`,
  );
}

/** Whether this very version, made by this very call, is there already. */
function holds(secret: Secret, token: string | undefined, value: string | Buffer): boolean {
  const made = secret.versions.find(({ versionId }) => versionId === token);
  if (made === undefined) return false;
  return typeof value === 'string' ? made.text === value : (made.bytes?.equals(value) ?? false);
}

function findSecret(secrets: LocalSecrets, id: string): Secret {
  const secret = secrets.find(id);
  if (secret) return secret;
  throw new AwsError(400, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

function markedForDeletion(): AwsError {
  const message = "You can't perform this operation on the secret because it was marked for deletion.";
  return new AwsError(400, 'InvalidRequestException', message);
}
