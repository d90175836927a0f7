/**
 * Lists every key below a prefix, as it is now: of each portal that has a secret of its own, or an entry in a group,
 * whatever stands there. Nothing of a key is in it.
 * @throws KeysUnreadableError where they may not be listed, AwsUnavailableError where nobody answers: that is no empty
 * list, and nothing may be concluded from it
 */
export type ListKeys = () => Promise<KeyList>;

export type KeyList = {
  /** By portal. Where it has a secret of its own, that one's tags; else its group entry's. In order of names. */
  readonly keys: ReadonlyMap<string, KeyTags>;
  /**
   * Groups that could not be read. While there is one, a portal that is not in `keys` may be in it: it is not gone.
   */
  readonly unreadGroups: readonly string[];
};

/** Tag names and their values, both as they are written. */
export type KeyTags = ReadonlyMap<string, string>;
