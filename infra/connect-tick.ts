import { type Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { TICK_EVENT } from '../functions/model/tick-event.ts';
import { DELIVERY_RETRIES, MAX_EVENT_AGE } from './delivery.ts';

/** The clock: it starts the function over all policies. By the L1, whose role may do these two things and no more. */
export function connectTick(
  scope: Construct,
  tick: Duration,
  target: LambdaFunction,
  lost: IQueue,
  queueKmsKey: string | undefined,
): CfnSchedule {
  return new CfnSchedule(scope, 'Tick', {
    description: 'policy-sync: run over all policies',
    scheduleExpression: ScheduleExpression.rate(tick).expressionString,
    flexibleTimeWindow: { mode: 'OFF' },
    state: 'ENABLED',
    target: {
      arn: target.functionArn,
      roleArn: createTickRole(scope, target, lost, queueKmsKey).roleArn,
      input: JSON.stringify(TICK_EVENT),
      deadLetterConfig: { arn: lost.queueArn },
      retryPolicy: {
        maximumEventAgeInSeconds: MAX_EVENT_AGE.toSeconds(),
        maximumRetryAttempts: DELIVERY_RETRIES,
      },
    },
  });
}

// --- internal ---

function createTickRole(
  scope: Construct,
  target: LambdaFunction,
  lost: IQueue,
  queueKmsKey: string | undefined,
): Role {
  const stack = Stack.of(scope);
  const group = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule-group',
    resourceName: 'default',
  });
  return new Role(scope, 'TickRole', {
    description: 'Lets the schedule of policy-sync start its function',
    // Only for schedules of this account, of the group that ours is in: no other can borrow the role.
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group } },
    }),
    inlinePolicies: {
      Tick: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'StartFunction',
            actions: ['lambda:InvokeFunction'],
            resources: [target.functionArn],
          }),
          new PolicyStatement({
            sid: 'KeepLostTicks',
            actions: ['sqs:SendMessage'],
            resources: [lost.queueArn],
          }),
          ...(queueKmsKey === undefined ? [] : [useQueueKey(stack, queueKmsKey)]),
        ],
      }),
    },
  });
}

function useQueueKey({ region }: Stack, key: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'UseQueueKey',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [key],
    conditions: { StringEquals: { 'kms:ViaService': `sqs.${region}.amazonaws.com` } },
  });
}
