/** The portals that have a secret below a prefix, whatever it holds. */
export type ListPortalSecrets = (prefix: string) => Promise<readonly string[]>;
