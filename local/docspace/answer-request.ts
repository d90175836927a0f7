import { type Allowed, refuseRequest } from './admit-request.ts';
import { type Answer, bare, page, type RequestAddress, success } from './answer.ts';
import { findLiveKey, readCredentials } from './authorize.ts';
import { describeKey, describeSettings } from './describe-portal.ts';
import type { LocalPortal } from './local-portal.ts';
import {
  type Call,
  deleteSchedule,
  readCount,
  readHistory,
  readQuota,
  readSchedule,
  readServiceState,
  readStorages,
  writeSchedule,
} from './portal-calls.ts';
import type { RequestKind } from './portal-fault.ts';
import type { ServerClock } from './portal-setup.ts';

/** A request that has arrived whole. */
export type PortalRequest = RequestAddress & {
  /** Path with query. */
  path: string;
  authorization: string | undefined;
  cookie: string | undefined;
  contentType: string | undefined;
  body: string;
};

/** What a healthy server answers, with all that the request does to the portal. */
export function answerRequest(portal: LocalPortal, request: PortalRequest, clock: ServerClock): Answer {
  if (portal.movedTo !== undefined) return bare(302, { location: portal.movedTo });
  const { pathname: path, searchParams: query } = new URL(request.path, 'http://portal');
  const route = ROUTES[path];
  if (!route) return page(404, 'Not found');
  if (route.method !== request.method) return bare(405, { allow: route.method });

  const now = clock.now();
  const presented = readCredentials(request);
  const key = portal.unknownHost ? undefined : findLiveKey(presented, portal.keys, now);
  const { method, allowed = {} } = route;
  const refusal = refuseRequest(portal, { path, method, allowed }, { key, presented });
  if (refusal) return refusal;
  if (path === SETTINGS) return success(request, describeSettings(portal, key !== undefined, now));
  if (!key || !presented) return bare(401);
  if (path === SELF) return describeKey(portal, { request, key, presented });
  return route.handle({ portal, request, query, key, now });
}

/** Which of the API's calls a request is, whatever host it goes to. */
export function kindOf(method: string | undefined, path: string): RequestKind {
  const [pathname] = path.split('?');
  if (method === 'GET' && pathname === READ) return 'read';
  if (method === 'POST' && pathname === WRITE) return 'write';
  return method === 'DELETE' && pathname === DELETE ? 'delete' : 'other';
}

// --- internal ---

const READ = '/api/2.0/backup/getbackupschedule';
const WRITE = '/api/2.0/backup/createbackupschedule';
const DELETE = '/api/2.0/backup/deletebackupschedule';
const SELF = '/api/2.0/keys/@self';
const SETTINGS = '/api/2.0/settings';

type Route = { method: string; handle: (call: Call) => Answer; allowed?: Allowed };

const nothing = () => bare(200);

const ROUTES: Record<string, Route> = {
  [READ]: { method: 'GET', handle: readSchedule },
  [WRITE]: { method: 'POST', handle: writeSchedule },
  [DELETE]: { method: 'DELETE', handle: deleteSchedule },
  '/api/2.0/backup/getbackuphistory': { method: 'GET', handle: readHistory },
  // BackupController.cs:528 and 555
  '/api/2.0/backup/getbackupscount': { method: 'GET', handle: readCount, allowed: { unpaid: true } },
  '/api/2.0/backup/getservicestate': { method: 'GET', handle: readServiceState, allowed: { unpaid: true } },
  // PaymentsController.cs:50
  '/api/2.0/portal/payment/quota': { method: 'GET', handle: readQuota, allowed: { unpaid: true } },
  '/api/2.0/settings/storage/backup': { method: 'GET', handle: readStorages },
  // AuthorizationExtension.cs:51
  [SELF]: { method: 'GET', handle: nothing, allowed: { anyScope: true } },
  // SettingsController.cs:93
  [SETTINGS]: {
    method: 'GET',
    handle: nothing,
    allowed: { anonymous: true, suspended: true, unpaid: true },
  },
};
