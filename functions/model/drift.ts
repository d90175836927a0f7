/**
 * A portal that left the policy, not the policy the portal. `deleted`: the schedule is gone, by billing or by hand.
 * `edited`: it is another one, or one where there was to be none.
 */
export type Drift = {
  readonly kind: 'deleted' | 'edited';
  /** The dotted names of the fields that differ; empty where the schedule is gone. */
  readonly fields: readonly string[];
};
