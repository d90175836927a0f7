/**
 * What a planned change does to a portal's protection. A change with both sides counts as `weaken`: fail closed.
 * `remove` leaves no schedule at all.
 */
export type Effect = 'strengthen' | 'neutral' | 'weaken' | 'remove';
