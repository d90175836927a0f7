import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Context } from 'aws-lambda';
import { type Composition, composeRun, type RunEnds } from './compose.ts';
import type { Limits } from './model/limits.ts';
import type { RunLog } from './model/ports/run-log.ts';
import { readSettings } from './model/settings.ts';
import { parseEvent, type Trigger } from './run/parse-event.ts';
import { type AccountBook, openRunAccount, type RunAccount } from './run/run-account.ts';
import { type EventContext, runTick, runUploads } from './run/run-policies.ts';

let composition: Composition | undefined;
const ends: RunEnds = {};

/** For the report to be stored when the last portal has ended. Milliseconds. */
const TIME_TO_REPORT = 20_000;

/** For the process to say why it ends, before it is ended. Milliseconds. */
const TIME_TO_FAIL = 2_000;

/** The Lambda function: uploads, deletions and ticks. Gives the head of the report; throws where an event must come again. */
export async function handler(event: unknown, context: Context): Promise<RunAccount> {
  composition ??= composeRun(readSettings(process.env), ends);
  const { settings, log, clock, bucket, claimCache, keysFor, listSecrets } = composition;
  const runId = context.awsRequestId;
  ends.keys = afterAllBut(timeToEnd(settings.limits), context);
  ends.calls = afterAllBut(TIME_TO_FAIL, context);
  const trigger = parseEvent(event, settings.bucket);
  log.begin(runId, trigger.kind);
  const account = openRunAccount(log, settings.paused);
  const portals = await composition.openPortals();
  try {
    await runTrigger(trigger, account, log, {
      runId,
      bucket,
      settings,
      claimCache,
      keysFor,
      listSecrets,
      portals,
      clock,
      lease: { bucket, clock, runId, newToken: randomUUID, leaseMs: settings.leaseMs },
      isOutOfTime: () => context.getRemainingTimeInMillis() < timeToEnd(settings.limits),
      onOutcome: account.outcome,
      onRound: account.round,
      onRun: account.end,
      onCoverage: account.coverage,
      onOldestReport: log.oldestReport,
    });
    return account.result();
  } finally {
    portals.close();
  }
}

// --- internal ---

/** Aborted when no more than `restMs` of the run's time is left. */
function afterAllBut(restMs: number, context: Context): AbortSignal {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - restMs));
  setMaxListeners(0, signal); // each call in flight listens
  return signal;
}

/** A portal that starts now must be able to end, with its last read-back. Milliseconds. */
function timeToEnd({ portalMs, requestMs }: Limits): number {
  return portalMs + requestMs + TIME_TO_REPORT;
}

async function runTrigger(
  trigger: Trigger,
  account: AccountBook,
  log: RunLog,
  context: EventContext,
): Promise<void> {
  if (trigger.kind === 'nothing') {
    log.info('ignored', { what: trigger.what });
  } else if (trigger.kind === 'upload') {
    account.ignore(trigger.ignored);
    await runUploads(trigger.policies, context);
  } else {
    const { ignored, left, failures } = await runTick(context);
    account.ignore(ignored);
    account.leave(left);
    if (failures.length > 0) throw failures[0];
    log.tickCompleted();
  }
}
