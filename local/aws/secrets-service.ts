import { AwsError } from './aws-error.ts';
import type { AwsRequest, AwsResponse } from './http-message.ts';
import type { LocalSecrets } from './local-secrets.ts';
import { readSecretsInput, type SecretsInput } from './secrets-input.ts';
import { batchGetSecretValue, getSecretValue, listSecrets } from './secrets-reads.ts';
import { createSecret, deleteSecret, putSecretValue, tagResource } from './secrets-writes.ts';

/** A call to Secrets Manager. `operation` is as the caller names it, served or not. */
export type SecretsTarget = { readonly operation: string; readonly secretIds: readonly string[] };

/** Undefined where the request is for another service. */
export function secretsTarget(request: Pick<AwsRequest, 'headers' | 'body'>): SecretsTarget | undefined {
  const target = request.headers['x-amz-target'];
  if (target === undefined) return undefined;
  return { operation: target.replace(/^secretsmanager\./, ''), secretIds: askedIds(request.body) };
}

/** Answers one call. Throws AwsError. */
export function serveSecrets(
  secrets: LocalSecrets,
  request: AwsRequest,
  target: SecretsTarget,
  now: () => number,
): AwsResponse {
  const operation = OPERATIONS[target.operation];
  if (operation === undefined) {
    throw new AwsError(
      400,
      'UnknownOperationException',
      `${target.operation} is not served by this local endpoint.`,
    );
  }
  const output = operation(secrets, readSecretsInput(request.body), now);
  return { status: 200, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(output) };
}

export function secretsErrorAnswer(error: AwsError): AwsResponse {
  return {
    status: error.status,
    headers: { 'content-type': JSON_TYPE, ...error.headers },
    body: JSON.stringify({ __type: error.code, Message: error.message }),
  };
}

// --- internal ---

const JSON_TYPE = 'application/x-amz-json-1.1';

type Operation = (secrets: LocalSecrets, input: SecretsInput, now: () => number) => Record<string, unknown>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetSecretValue: getSecretValue,
  BatchGetSecretValue: batchGetSecretValue,
  ListSecrets: listSecrets,
  CreateSecret: createSecret,
  PutSecretValue: putSecretValue,
  DeleteSecret: deleteSecret,
  TagResource: tagResource,
};

/** For the log, before anything is checked: whatever the body holds, this does not throw. */
function askedIds(body: Buffer): readonly string[] {
  try {
    const { SecretId, Name, SecretIdList } = JSON.parse(body.toString('utf8'));
    const ids: unknown[] = [SecretId, Name, SecretIdList].flat();
    return ids.filter((id) => typeof id === 'string');
  } catch {
    return [];
  }
}
