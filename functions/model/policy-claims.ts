import type { KeySelector } from './selector.ts';

/**
 * What others have to know of a policy, in `reports/<policy>/claims.json`: so that nobody has to read its text, or its
 * whole report, for it.
 */
export type PolicyClaims = {
  /** Of the text that claims them; null where the policy is gone. */
  readonly version: string | null;
  /** Since when the policy governs each portal that it claims, ISO; null: it does not. */
  readonly portals: ReadonlyMap<string, string | null>;
  readonly selection: Selection;
};

/** What a policy claims without naming it. */
export type Selection = {
  /** Which keys it claims. */
  readonly selectors: readonly KeySelector[];
  /** Those of its portals that these have brought, when keys were listed last. */
  readonly selected: readonly string[];
};

export const NO_SELECTION: Selection = { selectors: [], selected: [] };
