import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Something that the function may do, and why, where the resource has a `*` in it. */
export type Grant = { readonly statement: PolicyStatement; readonly wildcard?: string };

export function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions: Readonly<Record<string, object>> = {},
): PolicyStatement {
  return new PolicyStatement({ sid, actions: [...actions], resources: [...resources], conditions });
}
