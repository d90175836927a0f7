import { Aws, CfnCondition, CfnOutput, Fn, type Stack } from 'aws-cdk-lib';
import { TICK_EVENT } from '../functions/model/tick-event.ts';
import { reportsStatement } from './guard-reports.ts';
import { keyStatements } from './key-statements.ts';
import { planSettings } from './plan-settings.ts';
import type { PolicySync } from './policy-sync.ts';

/** What the stack's user needs to know, as outputs: names, what works when it is pasted, and what others must add. */
export function tellOutputs(stack: Stack, policySync: PolicySync): void {
  const { bucket, function: target, queue, tickQueue, dashboard, role, settings } = policySync;
  const region = `--region ${Aws.REGION}`;
  const outputs: Readonly<Record<string, readonly [description: string, value: string]>> = {
    PolicyBucket: ['Policies go below policies/, reports come below reports/', bucket.bucketName],
    FunctionName: ['The function', target.functionName],
    Queue: ['What was lost; empty when all is well', queue.queueUrl],
    TickQueue: ['Policies that wait for their turn in a tick', tickQueue.queueUrl],
    Dashboard: ['Is all well?', dashboardAddress(stack, dashboard.dashboardName)],
    RoleArn: ['The role of the function, for policies of buckets and keys', role.roleArn],
    Settings: [
      'What a plan must know of this deployment, as JSON',
      stack.toJsonString(planSettings(settings)),
    ],
    Upload: [
      'Type this in the folder of policy-sync to upload a first policy, which only looks',
      `aws s3 cp policies/first-look.yaml s3://${bucket.bucketName}/policies/first-look.yaml ${region}`,
    ],
    RunNow: [
      'Type this to run over all policies now',
      // As bytes from a file: version 2 of the command takes other payloads for base64, and version 1 knows no other way.
      `echo '${JSON.stringify(TICK_EVENT)}' | aws lambda invoke --function-name ${target.functionName} --invocation-type Event --payload fileb:///dev/stdin ${region} /dev/stdout`,
    ],
    ...(settings.existingBucket !== undefined && {
      BucketPolicyStatement: [
        'Add this to the policy of the bucket: nobody but the function writes reports',
        stack.toJsonString(reportsStatement(bucket, role).toStatementJson()),
      ],
    }),
    ...keyOutput(stack, policySync),
  };
  for (const [name, [description, value]] of Object.entries(outputs)) {
    new CfnOutput(stack, name, { description, value });
  }
}

// --- internal ---

function keyOutput(
  stack: Stack,
  { settings, role }: PolicySync,
): Readonly<Record<string, readonly [string, string]>> {
  const statements = keyStatements(stack, settings, role);
  if (statements.length === 0) return {};
  const json = stack.toJsonString(statements.map((statement) => statement.toStatementJson()));
  return { KeyPolicyStatements: ['Add these to the policies of the KMS keys', json] };
}

/** A link in the partition whose console we know; the dashboard's name elsewhere. */
function dashboardAddress(stack: Stack, name: string): string {
  const isAws = new CfnCondition(stack, 'InAws', { expression: Fn.conditionEquals(Aws.PARTITION, 'aws') });
  const console = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home`;
  const link = `${console}?region=${Aws.REGION}#dashboards/dashboard/${name}`;
  return Fn.conditionIf(isAws.logicalId, link, name).toString();
}
