import type { OutcomeError, PortalOutcome } from '../model/outcome.ts';
import { HELD_CODES, PortalError } from '../model/portal-error.ts';
import type { Usage } from '../model/ports/portals.ts';

/** The outcome of a portal that was not treated, and why. */
export function skippedOutcome(portal: string, error: PortalError): PortalOutcome {
  return { ...nothingDone(portal), status: 'skipped', ...errorMembers(error) };
}

/** The outcome of a portal that could not be read. */
export function failedOutcome(portal: string, error: unknown, usage: Usage = NO_USAGE): PortalOutcome {
  return { ...nothingDone(portal), status: 'failed', ...errorMembers(error), ...usage };
}

/** The error of an outcome, and whether it waits for a person. */
export function errorMembers(error: unknown): Pick<PortalOutcome, 'error' | 'held'> {
  const told = toOutcomeError(error);
  return { error: told, ...(HELD_CODES.includes(told.code) && { held: true as const }) };
}

/** The outcome of a portal whose planned change was not written, and why. */
export function withheldOutcome(planned: PortalOutcome, error: PortalError): PortalOutcome {
  return { ...planned, status: 'skipped', ...errorMembers(error) };
}

/** The outcome of a portal whose planned change apply would hold. */
export function heldOutcome(planned: PortalOutcome): PortalOutcome {
  return { ...planned, held: true };
}

/** An outcome with what an earlier visit of the same portal cost. */
export function withUsage(outcome: PortalOutcome, { requests, attempts }: Usage): PortalOutcome {
  return {
    ...outcome,
    requests: outcome.requests + requests,
    attempts: Math.max(outcome.attempts, attempts),
  };
}

// --- internal ---

const NO_USAGE: Usage = { requests: 0, attempts: 0 };

function toOutcomeError(error: unknown): OutcomeError {
  if (error instanceof PortalError) {
    const { code, message, httpStatus, retryable } = error;
    return { code, message, ...(httpStatus !== undefined && { httpStatus }), retryable };
  }
  // A mistake of ours: told by its name alone, since its text may hold anything.
  const name = error instanceof Error ? error.name : typeof error;
  return {
    code: 'INTERNAL_ERROR',
    message: `a mistake in policy-sync (${name}): please report it`,
    retryable: false,
  };
}

function nothingDone(portal: string) {
  return { portal, action: null, changes: [], warnings: [], ...NO_USAGE } as const;
}
