import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Grant } from './grant.ts';

/** The function's role. Its policy stands in the role itself: whoever reads the role has read it all. */
export function createRole(scope: Construct, grants: readonly Grant[]): Role {
  const role = new Role(scope, 'Role', {
    description: 'What policy-sync may do',
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      PolicySync: new PolicyDocument({ statements: grants.map(({ statement }) => statement) }),
    },
  });
  for (const [resource, reasons] of argueWildcards(role, grants)) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${resource}]`,
      reason: [...reasons].join(' '),
    });
  }
  return role;
}

// --- internal ---

/** Resource (as the checks spell it) to the reasons of the grants that have it. */
function argueWildcards(role: Role, grants: readonly Grant[]): ReadonlyMap<string, ReadonlySet<string>> {
  const reasons = new Map<string, Set<string>>();
  for (const { statement, wildcard } of grants) {
    if (wildcard === undefined) continue;
    for (const resource of statement.resources) {
      const spelt = spell(Stack.of(role).resolve(resource));
      reasons.set(spelt, (reasons.get(spelt) ?? new Set()).add(wildcard));
    }
  }
  return reasons;
}

/** `{"Fn::GetAtt": ["Bucket", "Arn"]}` as `<Bucket.Arn>`, `{"Ref": "AWS::Region"}` as `<AWS::Region>`. */
function spell(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[kind, operand] = []] = Object.entries(value);
  if (kind === 'Ref') return `<${operand}>`;
  if (!Array.isArray(operand)) return JSON.stringify(value);
  if (kind === 'Fn::GetAtt') return `<${operand.join('.')}>`;
  const [separator, parts] = operand;
  return kind === 'Fn::Join' && Array.isArray(parts)
    ? parts.map(spell).join(separator)
    : JSON.stringify(value);
}
