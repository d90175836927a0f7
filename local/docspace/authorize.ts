import { type Answer, failure } from './answer.ts';
import type { KeySetup } from './portal-setup.ts';

/** What a request says about who sends it. */
export type Credentials = { authorization: string | undefined; cookie: string | undefined };

/** What a server makes of the credentials: which kind of secret it takes them for, and the secret. */
export type Presented = { as: 'api-key' | 'session' | 'jwt'; secret: string; cookie: boolean };

/** Undefined when the request carries nothing that a server would look at. */
export function readCredentials({ authorization, cookie }: Credentials): Presented | undefined {
  if (authorization === undefined || authorization === '') {
    const secret = cookieValue(cookie ?? '', 'asc_auth_key');
    return secret === undefined ? undefined : { as: 'session', secret, cookie: true };
  }
  if (!authorization.startsWith('Bearer ')) return { as: 'session', secret: authorization, cookie: false };
  const secret = authorization.slice('Bearer '.length).trim();
  if (looksLikeJwt(secret)) return { as: 'jwt', secret, cookie: false };
  return { as: secret.startsWith('sk-') ? 'api-key' : 'session', secret, cookie: false };
}

/**
 * The live key behind the credentials. An `sk-` key is found only as an API key, any other only as a session; nothing
 * here signs JWTs, so none is ever good.
 */
export function findLiveKey(
  presented: Presented | undefined,
  keys: readonly KeySetup[],
  now: Date,
): KeySetup | undefined {
  return keys.find(
    ({ key, isActive = true, expiresAt }) =>
      key === presented?.secret &&
      presented.as === (key.startsWith('sk-') ? 'api-key' : 'session') &&
      isActive &&
      (expiresAt === undefined || expiresAt > now),
  );
}

/** The refusal, if the scopes of this key do not reach so far (AuthorizationExtension.cs:54-91). */
export function refuseScope({ permissions = [] }: KeySetup, method: string): Answer | undefined {
  const all = permissions.length === 0 || permissions.includes('*') || permissions.includes('*:write');
  const allowed = all || (method === 'GET' && permissions.includes('*:read'));
  return allowed ? undefined : failure(403, 'Access denied');
}

/** The refusal, if the owner of this key may not edit the portal's settings (BackupService.cs:606-614). */
export function refuseRights({ admin = true }: KeySetup): Answer | undefined {
  return admin ? undefined : failure(403, 'Access denied');
}

// --- internal ---

function cookieValue(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key = '', ...rest] = pair.trim().split('=');
    if (key === name) return decoded(rest.join('='));
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function looksLikeJwt(text: string): boolean {
  const parts = text.split('.');
  if (parts.length !== 3) return false;
  try {
    const header: unknown = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString());
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false;
  }
}
