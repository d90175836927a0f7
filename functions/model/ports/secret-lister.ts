/**
 * The portals that have a key below a prefix, whatever it holds: a secret of their own, or an entry in a group. A group
 * is no portal; the entries of one that can't be read are not told.
 */
export type ListPortalSecrets = (prefix: string) => Promise<readonly string[]>;
