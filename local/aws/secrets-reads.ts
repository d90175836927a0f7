import { AwsError } from './aws-error.ts';
import type { LocalSecrets, Secret, SecretVersion } from './local-secrets.ts';
import { invalidParameter, pageToken, type SecretFilter, type SecretsInput } from './secrets-input.ts';

type Output = Record<string, unknown>;

export function getSecretValue(secrets: LocalSecrets, input: SecretsInput): Output {
  const id = input.requiredText('SecretId');
  return readValue(secrets, id, input.text('VersionId'), input.text('VersionStage'));
}

/** Each secret fails by itself, in `Errors`. */
export function batchGetSecretValue(secrets: LocalSecrets, input: SecretsInput): Output {
  const ids = input.texts('SecretIdList', 20);
  const filters = input.filters();
  const maxResults = input.wholeNumber('MaxResults', 1, 20);
  if ((ids === undefined) === (filters === undefined)) {
    throw invalidParameter('Either SecretIdList or Filters must be provided, but not both.');
  }
  if (ids !== undefined) {
    if (maxResults !== undefined) throw invalidParameter('MaxResults needs Filters.');
    return readValues(secrets, ids);
  }
  const page = takeSecrets(secrets, {
    filters,
    after: input.pageStart(),
    size: maxResults ?? 20,
    deleted: false,
  });
  const found = page.secrets.filter(({ versions }) => versions.length > 0).map(({ name }) => name);
  return { ...readValues(secrets, found), NextToken: page.nextToken };
}

export function listSecrets(secrets: LocalSecrets, input: SecretsInput): Output {
  const page = takeSecrets(secrets, {
    filters: input.filters(),
    after: input.pageStart(),
    size: input.wholeNumber('MaxResults', 1, 100) ?? 100,
    deleted: input.flag('IncludePlannedDeletion'),
  });
  return { SecretList: page.secrets.map(describe), NextToken: page.nextToken };
}

// --- internal ---

function readValues(secrets: LocalSecrets, ids: readonly string[]): Output {
  const SecretValues: Output[] = [];
  const Errors: Output[] = [];
  for (const id of ids) {
    try {
      SecretValues.push(readValue(secrets, id));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues, Errors };
}

function readValue(secrets: LocalSecrets, id: string, versionId?: string, stage?: string): Output {
  // Before the look-up: AWS refuses a caller without saying whether the secret is there.
  const refused = secrets.errorOf(id);
  if (refused) throw new AwsError(400, refused.code, refused.message);
  const secret = secrets.find(id);
  if (secret === undefined) throw notFound("Secrets Manager can't find the specified secret.");
  if (secret.deletedAt !== undefined) {
    const message = "You can't perform this operation on the secret because it was marked for deletion.";
    throw new AwsError(400, 'InvalidRequestException', message);
  }
  const version = findVersion(secret, versionId, stage);
  if (version === undefined) {
    const asked = versionId ? `version ID: ${versionId}` : `staging label: ${stage ?? 'AWSCURRENT'}`;
    throw notFound(`Secrets Manager can't find the specified secret value for ${asked}`);
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.versionId,
    SecretString: version.text,
    SecretBinary: version.bytes?.toString('base64'),
    VersionStages: stagesOf(secret, version),
    CreatedDate: version.createdAt / 1000,
  };
}

function findVersion(secret: Secret, versionId?: string, stage?: string): SecretVersion | undefined {
  const wanted = versionId === undefined && stage === undefined ? 'AWSCURRENT' : stage;
  return secret.versions.find(
    (version) =>
      (versionId === undefined || version.versionId === versionId) &&
      (wanted === undefined || stagesOf(secret, version).includes(wanted)),
  );
}

function stagesOf(secret: Secret, version: SecretVersion): string[] {
  return secret.versions[0] === version ? ['AWSCURRENT'] : ['AWSPREVIOUS'];
}

type SecretsAsk = {
  readonly filters: readonly SecretFilter[] | undefined;
  readonly after: number;
  readonly size: number;
  readonly deleted: boolean;
};

function takeSecrets(secrets: LocalSecrets, ask: SecretsAsk): { secrets: Secret[]; nextToken?: string } {
  const taken: Secret[] = [];
  for (const secret of secrets.all()) {
    if (secret.serial <= ask.after || (secret.deletedAt !== undefined && !ask.deleted)) continue;
    if (!(ask.filters ?? []).every((filter) => passes(secret.name, filter))) continue;
    const last = taken.at(-1);
    if (last && taken.length === ask.size) return { secrets: taken, nextToken: pageToken(last.serial) };
    taken.push(secret);
  }
  return { secrets: taken };
}

/** One value has to match, from the name's start; `!` in front turns a value round. */
function passes(name: string, filter: SecretFilter): boolean {
  return filter.values.some((value) =>
    value.startsWith('!') ? !name.startsWith(value.slice(1)) : name.startsWith(value),
  );
}

function describe(secret: Secret): Output {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdAt / 1000,
    LastChangedDate: (secret.versions[0]?.createdAt ?? secret.createdAt) / 1000,
    DeletedDate: secret.deletedAt === undefined ? undefined : secret.deletedAt / 1000,
    Tags: Array.from(secret.tags, ([Key, Value]) => ({ Key, Value })),
    SecretVersionsToStages: Object.fromEntries(
      secret.versions.map((version) => [version.versionId, stagesOf(secret, version)]),
    ),
  };
}

function notFound(message: string): AwsError {
  return new AwsError(400, 'ResourceNotFoundException', message);
}
