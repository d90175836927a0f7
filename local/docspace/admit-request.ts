import { type Answer, bare, failure } from './answer.ts';
import { type Presented, refuseScope } from './authorize.ts';
import type { KeySetup, PortalPlan } from './portal-setup.ts';
import { TENANT_STATUS, type TenantStatus } from './tenant-status.ts';

/** What the server lets pass to a call that it keeps from others (the attributes of its controllers). */
export type Allowed = {
  /** Without a key. */
  readonly anonymous?: boolean;
  readonly suspended?: boolean;
  readonly unpaid?: boolean;
  /** Any live key, whatever its scopes. */
  readonly anyScope?: boolean;
};

/** What a portal knows that decides whether a request gets to what it asks for. */
export type PortalDoor = {
  readonly status: TenantStatus;
  readonly plan: PortalPlan;
  readonly standalone: boolean;
  readonly unknownHost: boolean;
  readonly ipRestricted: boolean;
};

export type Caller = { readonly key: KeySetup | undefined; readonly presented: Presented | undefined };

/**
 * What keeps this request out, in the server's order: authentication, scopes (BaseStartup.cs:618-628), then its filters
 * (BaseStartup.cs:489-498) for the status, the bill, the address and, on an anonymous call, the scopes.
 */
export function refuseRequest(
  door: PortalDoor,
  { path, method, allowed }: { path: string; method: string; allowed: Allowed },
  { key, presented }: Caller,
): Answer | undefined {
  if (door.unknownHost) return answerUnknownHost(door, allowed, presented);
  if (!key && !allowed.anonymous) return failure(401, 'Unauthorized');
  const scope = key && !allowed.anyScope ? refuseScope(key, method) : undefined;
  if (scope && !allowed.anonymous) return scope;
  const status = refuseStatus(door.status, path, allowed);
  if (status) return status;
  if (door.plan === 'unpaid' && !allowed.unpaid) return bare(402); // PaymentFilter.cs:41-57
  if (door.ipRestricted && key) return IP_RESTRICTED;
  return scope && bare(403); // ApiKeyScopesFilter.cs:46-72
}

// --- internal ---

/** IpSecurityFilter.cs:45-51: a text, as nothing wraps it. */
const IP_RESTRICTED: Answer = {
  status: 403,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'The access to the portal is restricted',
};

/** TenantStatusFilter.cs:40-44, as far as it concerns the calls served here. */
const ALWAYS_ENDINGS = ['settings', '@self', 'portal'];

/**
 * An API key is looked for before anything else, and its tenant is not there (TenantManager.cs:49, 213); a session is
 * not found either. A stand-alone server answers as its first portal, which does not know the caller.
 */
function answerUnknownHost(
  { standalone }: PortalDoor,
  { anonymous }: Allowed,
  presented: Presented | undefined,
): Answer | undefined {
  if (standalone) return anonymous ? undefined : failure(401, 'Unauthorized');
  if (presented?.as === 'api-key')
    return failure(500, 'Could not resolve current tenant :-(.', 'System.Exception');
  return anonymous ? bare(404) : failure(401, 'Unauthorized');
}

/** TenantStatusFilter.cs:47-85. */
function refuseStatus(status: TenantStatus, path: string, allowed: Allowed): Answer | undefined {
  if (status === 'removePending' || (status === 'suspended' && !allowed.suspended)) return bare(404);
  const code = TENANT_STATUS[status];
  const busy =
    code === TENANT_STATUS.transfering ||
    code === TENANT_STATUS.restoring ||
    code === TENANT_STATUS.encryption;
  return busy && !ALWAYS_ENDINGS.some((ending) => path.toLowerCase().endsWith(ending))
    ? bare(403)
    : undefined;
}
