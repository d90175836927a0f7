import { expect } from 'vitest';

// Policies read as AWS reads them: what a request may do by these statements. Enough of it for what our templates use;
// anything else fails, so that no statement is passed over.

export type PolicyRequest = {
  /** `*` for anybody, a role's ARN, or a service's name. */
  readonly principal?: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys; one that is not there has no value in the request. */
  readonly context?: Readonly<Record<string, string>>;
};

export type RawStatement = {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** `allowed`, or `denied` by a statement, or neither: then it depends on what else the caller may do. */
export function decide(
  statements: readonly RawStatement[],
  request: PolicyRequest,
): 'allowed' | 'denied' | 'silent' {
  const fitting = statements.filter((statement) => fits(statement, request));
  if (fitting.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return fitting.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'silent';
}

/** A reference of a template as it might come out: `{"Fn::GetAtt": ["Bucket", "Arn"]}` as `<Bucket.Arn>`. */
export function spell(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[kind, operand] = []] = Object.entries(value);
  if (kind === 'Ref') return PSEUDO[String(operand)] ?? `<${operand}>`;
  if (kind === 'Fn::GetAtt' && Array.isArray(operand)) return `<${operand.join('.')}>`;
  if (kind === 'Fn::Join' && Array.isArray(operand)) {
    const [separator, parts] = operand as [string, readonly unknown[]];
    return parts.map(spell).join(separator);
  }
  return expect.fail(`not known in a policy: ${JSON.stringify(value)}`);
}

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

// --- internal ---

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
};

function fits(
  statement: RawStatement,
  { principal = '*', action, resource, context = {} }: PolicyRequest,
): boolean {
  return (
    (statement.Principal === undefined || namesPrincipal(statement.Principal, principal)) &&
    listed(statement.Action).some((pattern) => matches(action.toLowerCase(), pattern.toLowerCase())) &&
    listed(statement.Resource).some((pattern) => matches(resource, pattern)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, context[key], listed(values))),
    )
  );
}

function namesPrincipal(named: unknown, principal: string): boolean {
  if (named === '*') return true;
  return Object.values(named as Record<string, unknown>)
    .flatMap(listed)
    .some((each) => each === '*' || each === principal);
}

function holds(operator: string, given: string | undefined, wanted: readonly string[]): boolean {
  const equal = (value: string) => wanted.some((each) => each === value);
  const like = (value: string) => wanted.some((each) => matches(value, each));
  switch (operator) {
    case 'StringEquals':
    case 'Bool':
      return given !== undefined && equal(given);
    case 'ArnEquals':
    case 'ArnLike':
    case 'StringLike':
      return given !== undefined && like(given);
    case 'NumericLessThan':
      return given !== undefined && wanted.some((each) => Number(given) < Number(each));
    // What is negated holds where the key is missing, too.
    case 'StringNotEquals':
      return given === undefined || !equal(given);
    case 'ArnNotEquals':
    case 'ArnNotLike':
    case 'StringNotLike':
      return given === undefined || !like(given);
    default:
      return expect.fail(`not known in a policy: ${operator}`);
  }
}

function listed(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(spell);
}

function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
