import type { Context } from 'aws-lambda';
import { openRunLog } from './adapters/aws/run-log.ts';
import { systemClock } from './adapters/system-clock.ts';
import { type Composition, composeRun } from './compose-run.ts';
import { DEFAULT_LIMITS } from './model/limits.ts';
import { readSettings } from './model/settings.ts';
import { parseEvent } from './steps/parse-event.ts';
import { openRunAccount, type RunAccount } from './steps/run-account.ts';
import { type EventContext, runTick, runUploads } from './steps/run-event.ts';

const log = openRunLog();
let composition: Composition | undefined;

/** A portal that starts now must be able to end, with its last read-back, and the report be stored. Milliseconds. */
const LAST_START = DEFAULT_LIMITS.portalMs + DEFAULT_LIMITS.requestMs + 20_000;

/** The Lambda function: uploads, deletions and ticks. Gives the head of the report; throws where an event must come again. */
export async function handler(event: unknown, context: Context): Promise<RunAccount> {
  composition ??= composeRun(readSettings(process.env));
  const { settings, bucket, claimCache, keysFor } = composition;
  const runId = context.awsRequestId;
  const trigger = parseEvent(event, settings.bucket);
  log.begin(runId, trigger.kind);
  const portals = composition.openPortals();
  const account = openRunAccount(log, settings.paused);
  const run: EventContext = {
    runId,
    bucket,
    settings,
    claimCache,
    keysFor,
    portals,
    clock: systemClock,
    lease: { bucket, clock: systemClock, runId, leaseMs: settings.leaseMs },
    isOutOfTime: () => context.getRemainingTimeInMillis() < LAST_START,
    onOutcome: log.portal,
    onRun: account.enter,
  };
  try {
    if (trigger.kind === 'tick') account.ignore(await runTick(run));
    if (trigger.kind === 'tick') log.tickCompleted();
    if (trigger.kind === 'upload') account.ignore(trigger.ignored);
    if (trigger.kind === 'upload') await runUploads(trigger.policies, run);
    if (trigger.kind === 'nothing') log.info('ignored', { what: trigger.what });
    return account.result();
  } finally {
    portals.close();
  }
}
