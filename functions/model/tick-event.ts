/** What the clock sends to the function: run over all policies. `RunNow` sends the same by hand. */
export const TICK_EVENT = { source: 'policy-sync.tick' } as const;

/** Whether an event is a tick: ours, or a rule's or schedule's own form of one. */
export function isTick(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const { source, 'detail-type': type } = event as Record<string, unknown>;
  return source === TICK_EVENT.source || type === 'Scheduled Event';
}
