import { Aws, CfnCondition, CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TICK_EVENT } from '../functions/model/tick-event.ts';
import { PolicySync } from './policy-sync.ts';
import type { PolicySyncProps } from './policy-sync-props.ts';

/** The stack of `npx cdk deploy`: one PolicySync, and what its user needs to know, as outputs. */
export class PolicySyncStack extends Stack {
  readonly policySync: PolicySync;

  /** @throws SettingsError with everything that is wrong with the settings */
  constructor(scope: Construct, id: string, settings: PolicySyncProps, props: StackProps = {}) {
    super(scope, id, {
      description: 'policy-sync: policy as code for the backup schedules of ONLYOFFICE DocSpace portals',
      ...props,
    });
    this.policySync = new PolicySync(this, 'PolicySync', settings);
    tellOutputs(this, this.policySync);
  }
}

// --- internal ---

function tellOutputs(stack: Stack, { bucket, function: target, queue, dashboard }: PolicySync): void {
  const region = `--region ${Aws.REGION}`;
  const outputs: Readonly<Record<string, readonly [description: string, value: string]>> = {
    PolicyBucket: ['Policies go below policies/, reports come below reports/', bucket.bucketName],
    FunctionName: ['The function', target.functionName],
    Queue: ['What was lost; empty when all is well', queue.queueUrl],
    Dashboard: ['Is all well?', dashboardAddress(stack, dashboard.dashboardName)],
    Upload: [
      'Type this to upload a policy',
      `aws s3 cp policies/fleet.yaml s3://${bucket.bucketName}/policies/fleet.yaml ${region}`,
    ],
    RunNow: [
      'Type this to run over all policies now',
      `aws lambda invoke --function-name ${target.functionName} --invocation-type Event --cli-binary-format raw-in-base64-out --payload '${JSON.stringify(TICK_EVENT)}' ${region} /dev/stdout`,
    ],
  };
  for (const [name, [description, value]] of Object.entries(outputs)) {
    new CfnOutput(stack, name, { description, value });
  }
}

/** A link in the partition whose console we know; the dashboard's name elsewhere. */
function dashboardAddress(stack: Stack, name: string): string {
  const isAws = new CfnCondition(stack, 'InAws', { expression: Fn.conditionEquals(Aws.PARTITION, 'aws') });
  const console = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home`;
  const link = `${console}?region=${Aws.REGION}#dashboards/dashboard/${name}`;
  return Fn.conditionIf(isAws.logicalId, link, name).toString();
}
