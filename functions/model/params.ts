import { MASK, maskSecrets } from './secret-text.ts';
import { MODULE_PARAMS } from './storage-modules.ts';

/**
 * Which `storageParams` we know to be harmless to show. A value of any other param may be a secret that somebody
 * put there, so it is shown as `***` and never compared aloud. `ssekey` is the id of a KMS key, no secret.
 */
const SHOWN: ReadonlySet<string> = new Set([
  'module',
  ...Object.values(MODULE_PARAMS).flat(),
  'folderId',
  'filePath',
  'acl',
]);

/** Whether the value of this param may be printed, but for what looks like a secret in it. */
export function isShownParam(name: string): boolean {
  return SHOWN.has(name);
}

/** A param's value as it may be printed. Somebody may have put a secret into a param that is shown. */
export function shownParam(name: string, value: string): string {
  return isShownParam(name) ? maskSecrets(value) : MASK;
}

// Names that somebody would give to a secret, after lower-casing and dropping everything but letters and digits.
// `acesskey` is the server's own spelling for S3; `json` is Google's service account with its private key.
export const CREDENTIAL_PARTS =
  /acc?esskey|secret|passw|passphrase|pwd|token|apikey|credential|privatekey|connectionstring|sharedkey|accountkey|sas(?:key|token|url)|customerkey|signature|bearer|cookie/;
export const CREDENTIAL_NAMES: ReadonlySet<string> = new Set([
  'json',
  'key',
  'auth',
  'authorization',
  'pass',
  'login',
  'sas',
  'pin',
  'jwt',
  'pat',
]);

/** Whether a name looks like that of a credential: such a param is an error in a policy, its value is never shown. */
export function looksLikeCredential(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return CREDENTIAL_PARTS.test(plain) || CREDENTIAL_NAMES.has(plain);
}
