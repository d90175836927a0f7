import { Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { type Settings, SettingsError } from './settings.ts';

/**
 * What a deployment's metrics are told by: the name that was given, else its stack's. A second one in a stack has its own
 * id after that: the two would add up, and one's alarms ring for the other.
 * @throws SettingsError where another in the stack has the same name, or a stack's name is given to a stack that has one
 */
export function nameDeployment(scope: Construct, { deployment, stackName }: Settings): string {
  const stack = Stack.of(scope);
  if (stackName !== undefined && stackName !== stack.stackName) {
    throw new SettingsError(
      `stackName is ${stackName}, and the stack that this stands in has a name of its own`,
    );
  }
  const taken = namesIn(stack);
  const name =
    deployment ?? (taken.has(stack.stackName) ? `${stack.stackName}-${scope.node.id}` : stack.stackName);
  if (taken.has(name)) {
    throw new SettingsError(
      `Two deployments of this stack are called ${name}: give each a name of its own, as deployment`,
    );
  }
  taken.add(name);
  return name;
}

// --- internal ---

const NAMES = new WeakMap<IConstruct, Set<string>>();

function namesIn(stack: Stack): Set<string> {
  const names = NAMES.get(stack) ?? new Set();
  NAMES.set(stack, names);
  return names;
}
