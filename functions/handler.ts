import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Context } from 'aws-lambda';
import { type Composition, composeRun, type RunEnds } from './compose.ts';
import type { Limits } from './model/limits.ts';
import type { Portals } from './model/ports/portals.ts';
import type { RunLog } from './model/ports/run-log.ts';
import type { TickQueue } from './model/ports/tick-queue.ts';
import { readSettings } from './model/settings.ts';
import { afterUpload } from './run/after-tick.ts';
import { openKeyLists } from './run/open-key-lists.ts';
import { BrokenMessageError } from './run/parse-message.ts';
import { parseTurns, type Turn } from './run/parse-turns.ts';
import { type AccountBook, openRunAccount, type RunAccount, type StartAccount } from './run/run-account.ts';
import { type MessageContext, runPageMessage, runPolicyMessage } from './run/run-message.ts';
import { runTick, runUploads } from './run/run-policies.ts';
import { startTick } from './run/start-tick.ts';

let composition: Composition | undefined;
const ends: RunEnds = {};

/** For the report to be stored when the last portal has ended. Milliseconds. */
const TIME_TO_REPORT = 20_000;

/** For the process to say why it ends, before it is ended. Milliseconds. */
const TIME_TO_FAIL = 2_000;

/**
 * The Lambda function: uploads, deletions, ticks, and the messages that a tick makes of its policies. Gives the head of
 * the report; throws where an event must come again.
 */
export async function handler(event: unknown, context: Context): Promise<RunAccount | StartAccount> {
  composition ??= composeRun(readSettings(process.env), ends);
  const { settings, log } = composition;
  ends.keys = afterAllBut(timeToEnd(settings.limits), context);
  ends.calls = afterAllBut(TIME_TO_FAIL, context);
  const account = openRunAccount(log, settings.paused);
  const turns = parseTurns(event, context.awsRequestId, settings.bucket);
  const isOutOfTime = () => context.getRemainingTimeInMillis() < timeToEnd(settings.limits);
  const portals = await composition.openPortals();
  const failures: unknown[] = [];
  try {
    for (const turn of turns) {
      log.begin(turn.runId, turn.trigger.kind === 'policy' ? 'tick' : turn.trigger.kind);
      const run = contextOf(turn, composition, portals, account, isOutOfTime);
      // Each has its turn, whatever became of the one before it.
      await runTurn(turn, account, log, run).catch((error: unknown) => failures.push(error));
    }
  } finally {
    portals.close();
  }
  if (failures.length > 0) throw failures[0];
  return account.result();
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

/** What a run works with, and whom it tells. */
function contextOf(
  { runId }: Turn,
  { settings, log, clock, bucket, claimCache, keysFor, listSecrets, queue, announcing }: Composition,
  portals: Portals,
  account: AccountBook,
  isOutOfTime: () => boolean,
): MessageContext {
  return {
    ...{ runId, bucket, settings, claimCache, keysFor, listSecrets, queue, portals, clock, isOutOfTime },
    listKeys: openKeyLists(keysFor, settings),
    announcing,
    lease: { bucket, clock, runId, newToken: randomUUID, leaseMs: settings.leaseMs },
    onOutcome: account.outcome,
    onRound: account.round,
    onRun: account.end,
    onCoverage: account.coverage,
    onVerdicts: log.verdicts,
    onOldestReport: log.oldestReport,
    onOld: account.old,
    onTrouble: (what, error) => log.error(what, error),
  };
}

async function runTurn(
  { trigger, isRedelivered }: Turn,
  account: AccountBook,
  log: RunLog,
  context: MessageContext,
): Promise<void> {
  switch (trigger.kind) {
    case 'nothing':
      return log.info('ignored', { what: trigger.what });
    case 'broken': {
      const error = new BrokenMessageError(trigger.what);
      log.error('a message can’t be followed', error);
      throw error;
    }
    case 'upload':
      account.ignore(trigger.ignored);
      return upload(trigger.policies, context);
    case 'policy':
      return runPolicyMessage(trigger, isRedelivered, context);
    case 'page':
      return runPageMessage(trigger, context);
    case 'tick':
      return context.queue ? putIntoQueue(context.queue, account, log, context) : tick(account, log, context);
  }
}

/** What an upload has changed stands on the page, too, and is told, whether all went well or not. */
async function upload(policies: readonly string[], context: MessageContext): Promise<void> {
  const reported = new Set<string>();
  const onRound: MessageContext['onRound'] = (round) => {
    reported.add(round.policy);
    context.onRound(round);
  };
  try {
    await runUploads(policies, { ...context, onRound });
  } finally {
    if (reported.size > 0) await afterUpload([...reported], context);
  }
}

async function putIntoQueue(
  queue: TickQueue,
  account: AccountBook,
  log: RunLog,
  context: MessageContext,
): Promise<void> {
  const { ignored, started } = await startTick({ ...context, queue, onUnsent: account.unsent });
  account.ignore(ignored);
  account.start(started);
  log.tickCompleted();
}

async function tick(account: AccountBook, log: RunLog, context: MessageContext): Promise<void> {
  const { ignored, left, failures } = await runTick(context);
  account.ignore(ignored);
  account.leave(left);
  if (failures.length > 0) throw failures[0];
  log.tickCompleted();
}
