/** When a fault strikes, and how often. Faults of a portal form a queue: the first that fits the request is used. */
type FaultBase = {
  /**
   * read: GET getbackupschedule; write: POST createbackupschedule; delete: DELETE deletebackupschedule;
   * other: all the rest. Default any.
   */
  on?: RequestKind | 'any';
  /** Requests it strikes. Default: for ever. */
  times?: number;
  /** Does the portal do what was asked before the fault strikes? Each kind has its own default. */
  works?: boolean;
};

export type RequestKind = 'read' | 'write' | 'delete' | 'other';

export type FaultBody = 'json' | 'html' | 'empty';

/** A wrong answer in good HTTP. Only `lost-answer`, `encoded`, `short-json`, `cut-json` and `delays` work by default. */
export type AnswerFault =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: FaultBody; message?: string }
  /** The work is done, and the answer (default 502) does not say so. */
  | {
      kind: 'lost-answer';
      status?: number;
      headers?: Record<string, string>;
      body?: FaultBody;
      message?: string;
    }
  /** 200 with a web page. */
  | { kind: 'html' }
  /** 302 by default. */
  | { kind: 'redirect'; location: string; status?: number }
  | { kind: 'no-content' }
  | { kind: 'empty-body' }
  | { kind: 'empty-object' }
  /** 200 with JSON of another shape. */
  | { kind: 'foreign'; body?: unknown }
  /** The true answer, compressed, though nobody asked. */
  | { kind: 'encoded' }
  /** Half of the true answer, sent as if it were whole. */
  | { kind: 'short-json' }
  /** A write or delete answers true and changes nothing. */
  | { kind: 'forgets' }
  /** An error (default 500) whose message repeats the caller's key. */
  | { kind: 'echo-key'; form?: 'plain' | 'percent' | 'split'; status?: number };

/** A fault below HTTP. Only `reset-after`, `cut-json`, `drip` and `delays` work by default. */
export type SocketFault =
  /** Never answers. */
  | { kind: 'hang' }
  /** Headers, then nothing. */
  | { kind: 'hang-body' }
  | { kind: 'reset' }
  /** Does the work, then drops the connection. */
  | { kind: 'reset-after' }
  /** Less than Content-Length says, then the end of the connection. */
  | { kind: 'cut-json' }
  | { kind: 'endless' }
  | { kind: 'endless-header' }
  /** One header line of so many bytes (default 128 KiB), else a good answer. */
  | { kind: 'header-too-long'; bytes?: number }
  | { kind: 'malformed-header' }
  /** A byte now and then (every 20 ms by default), for ever: never idle, never done. */
  | { kind: 'drip'; everyMs?: number }
  /** The right answer, late. The work is done at once. */
  | { kind: 'delays'; ms: number }
  | { kind: 'not-http' }
  /** 101. */
  | { kind: 'upgrade' };

/** No fault: lets a request by, so that a queue can strike the second one. */
type NoFault = { kind: 'pass' };

export type PortalFault = FaultBase & (AnswerFault | SocketFault | NoFault);

export type FaultQueue = {
  /** The fault for this request, which thereby counts down. */
  readonly take: (kind: RequestKind) => PortalFault | undefined;
  /** What is left, `times` counted down. */
  readonly left: () => PortalFault[];
};

/** Copies what it is given: a fault object may serve many portals. */
export function createFaultQueue(faults: readonly PortalFault[]): FaultQueue {
  const queue = faults.filter(({ times = 1 }) => times > 0).map((fault) => ({ ...fault }));
  const take = (kind: RequestKind) => {
    const index = queue.findIndex(({ on = 'any' }) => on === 'any' || on === kind);
    const fault = queue[index];
    if (fault?.times === undefined) return fault;
    fault.times -= 1;
    if (fault.times <= 0) queue.splice(index, 1);
    return fault;
  };
  return { take, left: () => queue.map((fault) => ({ ...fault })) };
}

/** Has the portal done what was asked when this fault strikes? */
export function faultWorks(fault: PortalFault): boolean {
  return fault.works ?? WORKING.has(fault.kind);
}

// --- internal ---

const WORKING: ReadonlySet<PortalFault['kind']> = new Set([
  'pass',
  'lost-answer',
  'encoded',
  'short-json',
  'reset-after',
  'cut-json',
  'drip',
  'delays',
  'header-too-long',
]);
