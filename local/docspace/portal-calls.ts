import { type Answer, failure, type RequestAddress, success } from './answer.ts';
import { answerHistory } from './answer-history.ts';
import { answerBackupsCount, answerQuota, answerServiceState } from './answer-quota.ts';
import { answerStorages } from './answer-storages.ts';
import { refuseRights } from './authorize.ts';
import { bindSchedule } from './bind-schedule.ts';
import { checkSchedule } from './check-schedule.ts';
import type { LocalPortal } from './local-portal.ts';
import type { KeySetup } from './portal-setup.ts';
import { scheduleResponse } from './stored-schedule.ts';

/** A request that was let in. */
export type Call = {
  readonly portal: LocalPortal;
  readonly request: RequestAddress & { contentType: string | undefined; body: string };
  readonly query: URLSearchParams;
  readonly key: KeySetup;
  readonly now: Date;
};

export function readSchedule(call: Call): Answer {
  const { portal, request } = call;
  const refusal = refuseDump(call) ?? refuseRights(call.key);
  if (refusal) return refusal;
  const { schedule } = bookOf(call);
  return success(request, schedule && scheduleResponse(schedule, portal.hidesBackupsStored));
}

export function writeSchedule({ portal, request, key, now }: Call): Answer {
  if (!/^application\/(\w+\+)?json\b/i.test(request.contentType ?? ''))
    return failure(415, 'Unsupported media type');
  const bound = bindSchedule(parsed(request.body), request);
  if ('status' in bound) return bound;
  const schedule = checkSchedule(bound, portal, { key, now });
  if ('status' in schedule) return schedule;
  portal.store(schedule);
  return success(request, true);
}

export function deleteSchedule(call: Call): Answer {
  const refusal = refuseDump(call) ?? refuseRights(call.key);
  if (refusal) return refusal;
  bookOf(call).schedule = undefined;
  return success(call.request, true);
}

export function readHistory(call: Call): Answer {
  const refusal = refuseDump(call) ?? refuseRights(call.key);
  if (refusal) return refusal;
  const { portal, request, now } = call;
  return answerHistory(bookOf(call), { request, now, opens: (archive) => portal.opens(archive) });
}

/** Also asked with `Dump`, without a look at the access to the space (StorageController.cs:494-496). */
export function readStorages(call: Call): Answer {
  return refuseRights(call.key) ?? answerStorages(bookOf(call).schedule, call.portal, call.request);
}

export function readServiceState(call: Call): Answer {
  return refuseRights(call.key) ?? answerServiceState(questionOf(call));
}

export function readCount(call: Call): Answer {
  return refuseRights(call.key) ?? answerBackupsCount(questionOf(call), call.query);
}

/** Any member may ask. */
export function readQuota(call: Call): Answer {
  return answerQuota(questionOf(call), call.key.admin ?? true);
}

// --- internal ---

function questionOf({ portal, request, now }: Call) {
  return { book: portal, plan: portal.free, request, now };
}

/** Query names are matched without regard to case. */
function isDump(query: URLSearchParams): boolean {
  const name = [...query.keys()].find((key) => key.toLowerCase() === 'dump') ?? 'Dump';
  return query.get(name)?.toLowerCase() === 'true';
}

/** TenantExtra.cs:108-114. */
function refuseDump({ portal, query }: Call): Answer | undefined {
  const hasAccess = portal.standalone && portal.spaceAccess;
  return isDump(query) && !hasAccess ? failure(403, 'Access denied') : undefined;
}

function bookOf({ portal, query }: Call) {
  return isDump(query) ? portal.server.dump : portal;
}

/** Undefined for what is no JSON, which binds to nothing. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
