import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PolicySync } from './policy-sync.ts';
import type { PolicySyncProps } from './policy-sync-props.ts';
import { completeSettings } from './settings.ts';
import { tellOutputs } from './tell-outputs.ts';

/** The stack of `npx cdk deploy`: one PolicySync, and what its user needs to know, as outputs. */
export class PolicySyncStack extends Stack {
  readonly policySync: PolicySync;

  /** @throws SettingsError with everything that is wrong with the settings */
  constructor(scope: Construct, id: string, settings: PolicySyncProps, props: StackProps = {}) {
    const { alarmTopic, ...plain } = settings;
    const { stackName } = completeSettings(plain);
    super(scope, id, {
      description: 'policy-sync: policy as code for the backup schedules of ONLYOFFICE DocSpace portals',
      // Without the stack nobody looks after any portal: that should be no slip of the hand.
      terminationProtection: true,
      ...(stackName !== undefined && { stackName }),
      ...props,
    });
    this.policySync = new PolicySync(this, 'PolicySync', settings);
    tellOutputs(this, this.policySync);
  }
}
