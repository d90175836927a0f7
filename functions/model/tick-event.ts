/** What the clock sends to the function: run over all policies. `RunNow` sends the same by hand. */
export const TICK_EVENT = { source: 'policy-sync.tick' } as const;
