/** Where a portal is, and the key that opens it. The URL lives with the key: who writes policies can't redirect it. */
export type PortalKey = {
  /** Scheme, host and port alone. */
  readonly origin: string;
  readonly apiKey: string;
};

/**
 * The keys of one run's portals. Behind it stands a key file or Secrets Manager.
 * Looked up in the order of the run, so that a source may fetch ahead in batches.
 */
export type KeyLookup = {
  /**
   * @throws PortalError KEY_NOT_FOUND, KEY_MALFORMED, KEY_DENIED or KEY_UNAVAILABLE: that portal's outcome, no more
   */
  keyOf(portal: string): Promise<PortalKey>;
};

/** Opens the keys of the portals named. */
export type KeySource = (portals: readonly string[]) => KeyLookup;
