import type { SecretValueEntry } from '@aws-sdk/client-secrets-manager';
import { PortalError } from '../model/portal-error.ts';
import { type PortalKey, parsePortalKey } from '../model/portal-key.ts';

/** What a secret holds, or why it can't be had: its portal's own failure. Nothing here shows a word of a secret. */
export type SecretEntry = PortalKey | PortalError;

/** What Secrets Manager gives of a secret. */
export type SecretValue = Pick<SecretValueEntry, 'SecretString' | 'SecretBinary'>;

/**
 * A secret's text, which may be kept as bytes in UTF-8; a byte-order mark, which some editors put first, is no fault.
 * @throws where the bytes are no UTF-8
 */
export function textOf({ SecretString, SecretBinary }: SecretValue): string {
  const text = SecretString ?? new TextDecoder('utf-8', { fatal: true }).decode(SecretBinary);
  return text.replace(/^\ufeff/, '');
}

/** A single secret's value: JSON. */
export function entryOf(value: SecretValue): SecretEntry {
  try {
    return parseEntry(JSON.parse(textOf(value)));
  } catch {
    return malformed();
  }
}

/** A portal's entry, wherever it stands. */
export function parseEntry(value: unknown): SecretEntry {
  try {
    return parsePortalKey(value);
  } catch (error) {
    if (error instanceof PortalError) return error;
    throw error;
  }
}

export function missingSecret(): PortalError {
  return new PortalError(
    'KEY_NOT_FOUND',
    'there is no secret for this portal: create one with its url and apiKey',
  );
}

/** One secret's error; the codes are the service's own. @param what which secret it is, to be shown */
export function secretError(code: string | undefined, what = 'the portal’s secret'): PortalError {
  switch (code) {
    case 'ResourceNotFoundException':
      return missingSecret();
    case 'InvalidRequestException':
      return new PortalError(
        'KEY_NOT_FOUND',
        `${what} is marked for deletion: restore it, or retire the portal`,
      );
    case 'AccessDeniedException':
      return new PortalError(
        'KEY_DENIED',
        `${what} may not be read: grant secretsmanager:GetSecretValue on it`,
      );
    case 'DecryptionFailure':
      return new PortalError(
        'KEY_DENIED',
        `${what} cannot be decrypted: grant kms:Decrypt on its key (kmsKeys)`,
      );
    default:
      return unavailable(code, what);
  }
}

/** For a portal whose turn to be read did not come. */
export function unreadSecret(): PortalError {
  const message = 'no time was left to read the portal’s key';
  return new PortalError('KEY_UNAVAILABLE', message, { retryable: true });
}

/**
 * Which of `names` an error of a batch is about: it names a secret as it was asked for, or by its ARN, which ends in the
 * name, a dash and six characters of AWS's own. (`acme-eu` is no such ending of `acme`.)
 */
export function nameIn(secretId: string, names: readonly string[]): string | undefined {
  if (names.includes(secretId)) return secretId;
  const inArn = /^arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:(.+)-[A-Za-z0-9]{6}$/.exec(secretId)?.[1];
  return inArn !== undefined && names.includes(inArn) ? inArn : undefined;
}

// --- internal ---

function malformed(): PortalError {
  return new PortalError(
    'KEY_MALFORMED',
    'the portal’s secret is no JSON: it must be {"url": ..., "apiKey": ...}',
  );
}

function unavailable(code: string | undefined, what: string): PortalError {
  const name = /^\w{1,60}$/.test(code ?? '') ? code : 'unknown error';
  return new PortalError('KEY_UNAVAILABLE', `Secrets Manager could not give ${what} (${name})`, {
    retryable: true,
  });
}
