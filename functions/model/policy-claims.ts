/**
 * What others have to know of a policy, in `reports/<policy>/claims.json`: so that nobody has to read its text, or its
 * whole report, for it.
 */
export type PolicyClaims = {
  /** Of the text that claims them; null where the policy is gone. */
  readonly version: string | null;
  /** Since when the policy governs each portal that it claims, ISO; null: it does not. */
  readonly portals: ReadonlyMap<string, string | null>;
};
