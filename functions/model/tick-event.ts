/** What the clock sends to the function: run over all policies. `RunNow` sends the same by hand. */
export const TICK_EVENT = { source: 'policy-sync.tick' } as const;

/** What a tick puts into its queue for each policy: the same function takes it from there, one at a time. */
export type PolicyMessage = {
  readonly source: 'policy-sync.tick';
  readonly policy: string;
  /** When the tick put it there, as ISO 8601 in UTC. */
  readonly sent: string;
};

/** What a tick puts there last: when all policies have a report since then, coverage and what is told of all follow. */
export type PageMessage = {
  readonly source: 'policy-sync.page';
  /** When the tick began, as ISO 8601 in UTC. */
  readonly tick: string;
};

export function policyMessage(policy: string, sent: Date): PolicyMessage {
  return { source: TICK_EVENT.source, policy, sent: sent.toISOString() };
}

export function pageMessage(tick: Date): PageMessage {
  return { source: PAGE_SOURCE, tick: tick.toISOString() };
}

/** The source of a PageMessage. */
export const PAGE_SOURCE = 'policy-sync.page';

/** Whether an event is a tick: ours, or a rule's or schedule's own form of one. What names a policy is a message of it. */
export function isTick(event: unknown): boolean {
  if (typeof event !== 'object' || event === null || 'policy' in event) return false;
  const { source, 'detail-type': type } = event as Record<string, unknown>;
  return source === TICK_EVENT.source || type === 'Scheduled Event';
}
