/**
 * Which `storageParams` we know to be harmless to show. A value of any other param may be a secret that somebody
 * put there, so it is shown as `***` and never compared aloud.
 */
const SHOWN = new Set([
  'module',
  'bucket',
  'region',
  'subdir',
  'folderId',
  'filePath',
  'forcepathstyle',
  'usehttp',
  'sse',
  'acl',
  'private_container',
  'public_container',
]);

/** What stands where a value is not shown. */
export const MASK = '***';

/** Whether the value of this param may be printed. */
export function isShownParam(name: string): boolean {
  return SHOWN.has(name);
}

// Names that somebody would give to a secret, after lower-casing and dropping everything but letters and digits.
// `acesskey` is the server's own spelling for S3; `json` is Google's service account with its private key.
const CREDENTIAL_PARTS =
  /acc?esskey|secret|passw|passphrase|pwd|token|apikey|credential|privatekey|connectionstring|sharedkey|accountkey|sas(?:key|token|url)|ssekey|signature|bearer|cookie/;
const CREDENTIAL_NAMES = new Set([
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
