/** Timers that end together. */
export type Timers = {
  readonly after: (ms: number, act: () => void) => void;
  /** Until `act` answers false. */
  readonly every: (ms: number, act: () => boolean) => void;
  readonly clear: () => void;
};

export function createTimers(): Timers {
  const running = new Set<NodeJS.Timeout>();
  const stop = (timer: NodeJS.Timeout) => {
    clearTimeout(timer);
    running.delete(timer);
  };
  const after = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      running.delete(timer);
      act();
    }, ms);
    running.add(timer);
  };
  const every = (ms: number, act: () => boolean) => {
    const timer = setInterval(() => {
      if (!act()) stop(timer);
    }, ms);
    running.add(timer);
  };
  const clear = () => {
    for (const timer of running) stop(timer);
  };
  return { after, every, clear };
}
