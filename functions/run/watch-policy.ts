import { PortalError } from '../model/portal-error.ts';
import type { Clock } from '../model/ports/clock.ts';
import { isSameWork, type PolicyState, readPolicyState, type StateSource } from './policy-state.ts';

/** Looks now and then whether the state that a long run goes by is still the newest. */
export type PolicyWatch = {
  /** Why no further portal may start, if so. Once there is a reason, it stays. */
  superseded(): PortalError | undefined;
  /** Waits for a look under way. */
  end(): Promise<void>;
};

/** A long run over a text that was replaced stops starting portals: the next round treats them as the new text says. */
export function watchPolicy(
  policy: string,
  state: PolicyState,
  context: StateSource & { readonly clock: Clock; readonly isMine: () => Promise<boolean> },
): PolicyWatch {
  const { clock } = context;
  let lookedAt = clock.now();
  let look: Promise<void> | undefined;
  let reason: PortalError | undefined;
  return {
    superseded: () => {
      if (!look && !reason && clock.now() - lookedAt >= LOOK_EVERY) {
        look = Promise.all([context.isMine(), readPolicyState(policy, context)])
          .then(([isMine, now]) => {
            if (!isMine) reason = takenOver();
            else if (!isSameWork(state, now)) reason = superseded();
          })
          .catch(() => {}) // the look after the last write is the one that counts
          .finally(() => {
            lookedAt = clock.now();
            look = undefined;
          });
      }
      return reason;
    },
    end: async () => look,
  };
}

// --- internal ---

/** Milliseconds. */
const LOOK_EVERY = 5_000;

function takenOver(): PortalError {
  const message = 'another run has taken this policy over, and treats this portal';
  return new PortalError('INTERRUPTED', message, { retryable: true });
}

function superseded(): PortalError {
  const message =
    'the policy changed before this portal’s turn: the next round treats it as the new text says';
  return new PortalError('SUPERSEDED', message, { retryable: true });
}
