import type { PortalOutcome } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { PortalReader } from '../model/ports/portals.ts';
import { warningsOfKey } from '../protection/judge-observed.ts';
import { observeRefusal } from '../protection/observe-portal.ts';
import { notActiveWarning } from '../protection/schedule-warnings.ts';
import type { Treated, Visit } from './visit-portal.ts';

/** The answers of a portal that knows the key and refuses, or that is there and not to be used. */
export function isRefusal(error: unknown): boolean {
  return error instanceof PortalError && (error.code === 'FORBIDDEN' || error.code === 'NOT_FOUND');
}

/** The portal's own word on its key and its state tells more than its refusal. */
export async function askWhy<Client extends PortalReader>(
  portal: Client,
  { target, heard, recalled, keyMark: mark, clock }: Visit<Client>,
  refused: Treated,
): Promise<Treated> {
  const before = heard?.observed ?? recalled.observed ?? {};
  const now = clock.date();
  const question = { portal, dump: target.dump, keyMark: mark, settings: undefined, now };
  const observed = await observeRefusal(question, before);
  const notActive = notActiveWarning(observed.tenantStatus);
  const warnings = [...notActive, ...warningsOfKey(observed, now)];
  const outcome = withCause(refused.outcome, notActive[0]?.message);
  return { ...refused, outcome: { ...outcome, warnings, ...portal.usage() }, observed };
}

// --- internal ---

/** A status has several causes; where the portal says which it is, that one is told in place of them all. */
function withCause(outcome: PortalOutcome, cause: string | undefined): PortalOutcome {
  const { error } = outcome;
  if (!error || cause === undefined) return outcome;
  return { ...outcome, error: { ...error, message: `reading the schedule: ${error.httpStatus}: ${cause}` } };
}
