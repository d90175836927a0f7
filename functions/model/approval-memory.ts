/** What earlier reports told of guarded changes, and what became of them since. */
export type ApprovalMemory = {
  /**
   * By digest, what is left of the set that it was told for: each change as its hash, by portal. The newest first. Empty:
   * the whole set is done.
   */
  readonly told: ReadonlyMap<string, ChangeSet>;
  /** Digests whose approval has let something through, the oldest first. */
  readonly used: readonly string[];
};

/** Changes as their hashes, by portal. */
export type ChangeSet = ReadonlyMap<string, string>;

/** A digest as it is told and approved: 16 hex digits; with a number, where it was used before. */
export const APPROVAL = /^[0-9a-f]{16}(?:-[1-9][0-9]{0,5})?$/;

export const NOTHING_TOLD: ApprovalMemory = { told: new Map(), used: [] };
