import type { SecretValueEntry } from '@aws-sdk/client-secrets-manager';
import { PortalError } from '../model/portal-error.ts';
import { type PortalKey, parsePortalKey } from '../model/portal-key.ts';

/** What a secret holds, or why it can't be had: its portal's own failure. Nothing here shows a word of a secret. */
export type SecretEntry = PortalKey | PortalError;

/** A secret's value: JSON as text, or as bytes in UTF-8; a byte-order mark, which some editors put first, is no fault. */
export function entryOf({
  SecretString,
  SecretBinary,
}: Pick<SecretValueEntry, 'SecretString' | 'SecretBinary'>) {
  try {
    const text = SecretString ?? new TextDecoder('utf-8', { fatal: true }).decode(SecretBinary);
    return parseEntry(text.replace(/^\ufeff/, ''));
  } catch {
    return malformed();
  }
}

export function missingSecret(): PortalError {
  return new PortalError(
    'KEY_NOT_FOUND',
    'there is no secret for this portal: create one with its url and apiKey',
  );
}

/** One secret's error; the codes are the service's own. */
export function secretError(code: string | undefined): PortalError {
  switch (code) {
    case 'ResourceNotFoundException':
      return missingSecret();
    case 'InvalidRequestException':
      return new PortalError(
        'KEY_NOT_FOUND',
        'the portal’s secret is marked for deletion: restore it, or retire the portal',
      );
    case 'AccessDeniedException':
      return new PortalError(
        'KEY_DENIED',
        'the portal’s secret may not be read: grant secretsmanager:GetSecretValue on it',
      );
    case 'DecryptionFailure':
      return new PortalError(
        'KEY_DENIED',
        'the portal’s secret cannot be decrypted: grant kms:Decrypt on its key (kmsKeys)',
      );
    default:
      return unavailable(code);
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

function parseEntry(text: string): SecretEntry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed();
  }
  try {
    return parsePortalKey(value);
  } catch (error) {
    if (error instanceof PortalError) return error;
    throw error;
  }
}

function malformed(): PortalError {
  return new PortalError(
    'KEY_MALFORMED',
    'the portal’s secret is no JSON: it must be {"url": ..., "apiKey": ...}',
  );
}

function unavailable(code: string | undefined): PortalError {
  const name = /^\w{1,60}$/.test(code ?? '') ? code : 'unknown error';
  return new PortalError('KEY_UNAVAILABLE', `Secrets Manager could not give the portal’s key (${name})`, {
    retryable: true,
  });
}
