import { CfnEventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/**
 * The function takes the policies of a tick one by one, so many at once: one policy can neither starve nor stop another.
 * By the L1: what the function may do with the queue stands in its role, and nowhere else.
 */
export function connectQueue(
  scope: Construct,
  queue: IQueue,
  target: LambdaFunction,
  runsAtOnce: number,
): CfnEventSourceMapping {
  const mapping = new CfnEventSourceMapping(scope, 'TakeTicks', {
    eventSourceArn: queue.queueArn,
    functionName: target.functionName,
    batchSize: 1,
    scalingConfig: { maximumConcurrency: runsAtOnce },
  });
  // Lambda asks at once whether the role may read the queue.
  if (target.role !== undefined) mapping.node.addDependency(target.role);
  return mapping;
}
