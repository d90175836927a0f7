import type { PolicyError, PolicyWarning } from '../model/finding.ts';
import type { Policy } from '../model/portal-target.ts';

export type PolicyReading = {
  policy: Policy | undefined;
  errors: PolicyError[];
  warnings: PolicyWarning[];
  claims: readonly string[];
};
export function readPolicy(_: Uint8Array): PolicyReading {
  throw new Error('stub');
}
export function fileError(message: string): PolicyError {
  return { line: 1, column: 1, message, excerpt: '', caret: 0 };
}
