import { Duration } from 'aws-cdk-lib';

/**
 * How hard AWS tries before an event goes to the queue. An hour, for everybody: what is older is better done by the
 * next tick, and an event that waits for a day would still be reported as lost a day late.
 */
export const MAX_EVENT_AGE = Duration.hours(1);

/** Tries of EventBridge and of Scheduler to hand an event to Lambda. */
export const DELIVERY_RETRIES = 20;

/** Lambda's own retries of a run that threw. */
export const RUN_RETRIES = 2;
