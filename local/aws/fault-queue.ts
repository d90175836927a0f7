import type { AwsCall, AwsService } from './call-log.ts';

/** Which calls go wrong, and how often. */
export type FaultMatch = {
  readonly service: AwsService;
  readonly operation?: string;
  /** An object's key, or a secret's id as the call asks for it. */
  readonly key?: string;
  /** How many calls, 1 unless told; `Infinity` until `clear`. */
  readonly times?: number;
  /**
   * The call takes effect first, and only its answer is replaced: a write that was done though the client
   * could not see it. Without this the call has no effect.
   */
  readonly after?: boolean;
};

/** What happens: an error answer, no answer at all, a connection torn down, or a wait before going on as usual. */
export type FaultEffect =
  | { readonly status: number; readonly code: string; readonly message?: string }
  | { readonly hang: true }
  | { readonly reset: true }
  | { readonly until: Promise<unknown> };

export type Fault = FaultMatch & FaultEffect;

export type FaultQueue = {
  /** Faults are used up in the order they were added; one call takes one fault. */
  add(...faults: readonly Fault[]): void;
  clear(): void;
  /** How many calls are still to go wrong. */
  pending(): number;
  /** For the server: the fault of this call, used up by this look. */
  take(call: Omit<AwsCall, 'status'>): Fault | undefined;
};

export function createFaultQueue(): FaultQueue {
  let queue: { fault: Fault; left: number }[] = [];
  return {
    add: (...faults) => {
      for (const fault of faults) queue.push({ fault, left: fault.times ?? 1 });
    },
    clear: () => {
      queue = [];
    },
    pending: () => queue.reduce((sum, { left }) => sum + left, 0),
    take: (call) => {
      const entry = queue.find(({ fault, left }) => left > 0 && concerns(fault, call));
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) queue = queue.filter((other) => other !== entry);
      return entry.fault;
    },
  };
}

// --- internal ---

function concerns(fault: Fault, call: Omit<AwsCall, 'status'>): boolean {
  if (fault.service !== call.service) return false;
  if (fault.operation !== undefined && fault.operation !== call.operation) return false;
  return fault.key === undefined || fault.key === call.key || (call.secretIds?.includes(fault.key) ?? false);
}
