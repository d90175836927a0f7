/** What is wrong, or worth a thought, in a policy file. Line and column count from 1, in UTF-16 units. */
export type PolicyError = {
  readonly line: number;
  readonly column: number;
  /** Says what, and what to do; escaped and cut, safe to print. */
  readonly message: string;
  /** The source line (or a window of it) with secrets masked, safe to print; empty where there is none to show. */
  readonly excerpt: string;
  /** Where the caret stands below `excerpt`: columns of a terminal from 0 (wide characters take two, combining none). */
  readonly caret: number;
};

export const POLICY_WARNING_CODES = [
  'SHARED_FOLDER_ID',
  'NO_BACKEND',
  'SHORT_MONTHS',
  'DUMP_IS_SERVER_WIDE',
  'UNKNOWN_PARAM',
  'OLD_MODULE',
  // Where approvals lie in the bucket, a policy can't approve its own changes.
  'APPROVE_IGNORED',
  // A rule of this edition, told of a text that an earlier one has applied.
  'NEW_RULE',
] as const;
export type PolicyWarningCode = (typeof POLICY_WARNING_CODES)[number];

export type PolicyWarning = PolicyError & { readonly code: PolicyWarningCode };
