import { type Answer, bare, failure, page, type RequestAddress, success } from './answer.ts';
import { answerHistory } from './answer-history.ts';
import { findLiveKey, readCredentials, refuseScope } from './authorize.ts';
import { bindSchedule } from './bind-schedule.ts';
import { checkSchedule } from './check-schedule.ts';
import { describeKey, describeSettings } from './describe-portal.ts';
import { type LocalPortal, runAfterWrite } from './local-portal.ts';
import type { RequestKind } from './portal-fault.ts';
import type { ServerClock } from './portal-setup.ts';
import { scheduleResponse, THIRD_PARTY_CONSUMER } from './stored-schedule.ts';

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
  const { pathname, searchParams } = new URL(request.path, 'http://portal');
  const route = ROUTES[pathname];
  if (portal.suspended && pathname !== SETTINGS) return page(404, 'Portal not found');
  if (!route) return page(404, 'Not found');
  const handle = route[request.method];
  if (!handle) return bare(405, { allow: Object.keys(route).join(', ') });

  const presented = readCredentials(request);
  const key = findLiveKey(presented, portal.keys, clock.now());
  if (pathname === SETTINGS)
    return success(request, describeSettings(portal, key !== undefined, clock.now()));
  if (!key || !presented) return failure(401, 'Unauthorized');
  if (pathname === SELF) return describeKey(portal, { request, key, presented });
  const refusal = refuseScope(key, request.method);
  if (refusal) return refusal;
  if (portal.plan === 'unpaid') return failure(402, 'Your pricing plan does not support this option');
  const dump = searchParams.get(dumpName(searchParams))?.toLowerCase() === 'true';
  if (dump && !(portal.standalone && portal.spaceAccess)) return failure(403, 'Access denied');
  return handle({ portal, request, clock, dump });
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
const HISTORY = '/api/2.0/backup/getbackuphistory';
const SELF = '/api/2.0/keys/@self';
const SETTINGS = '/api/2.0/settings';

type Call = { portal: LocalPortal; request: PortalRequest; clock: ServerClock; dump: boolean };
type Handler = (call: Call) => Answer;

const ROUTES: Record<string, Record<string, Handler>> = {
  [READ]: { GET: readSchedule },
  [WRITE]: { POST: writeSchedule },
  [DELETE]: { DELETE: deleteSchedule },
  [HISTORY]: {
    GET: ({ portal, request, clock, dump }) => answerHistory(bookOf(portal, dump), request, clock),
  },
  [SELF]: { GET: () => bare(200) },
  [SETTINGS]: { GET: () => bare(200) },
};

/** Query names are matched without regard to case. */
function dumpName(params: URLSearchParams): string {
  return [...params.keys()].find((name) => name.toLowerCase() === 'dump') ?? 'Dump';
}

function bookOf(portal: LocalPortal, dump: boolean) {
  return dump ? portal.server.dump : portal;
}

function readSchedule({ portal, request, dump }: Call): Answer {
  const { schedule } = bookOf(portal, dump);
  return success(request, schedule && scheduleResponse(schedule, portal.hidesBackupsStored));
}

function deleteSchedule({ portal, request, dump }: Call): Answer {
  bookOf(portal, dump).schedule = undefined;
  return success(request, true);
}

function writeSchedule({ portal, request, clock }: Call): Answer {
  if (!/^application\/(\w+\+)?json\b/i.test(request.contentType ?? ''))
    return failure(415, 'Unsupported media type');
  const bound = bindSchedule(parsed(request.body), request);
  if ('status' in bound) return bound;
  const schedule = checkSchedule(bound, portal, clock.now());
  if ('status' in schedule) return schedule;
  bookOf(portal, schedule.dump).schedule = schedule;
  const { storageType, storageParams, dump } = schedule;
  if (dump) portal.server.dumpOwner = { timezone: portal.timezone, name: portal.name };
  if (storageType === THIRD_PARTY_CONSUMER && storageParams.module)
    portal.server.consumers.set(storageParams.module, { ...storageParams });
  runAfterWrite(portal, dump, clock);
  return success(request, true);
}

/** Undefined for what is no JSON, which binds to nothing. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
