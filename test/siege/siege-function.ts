import type { Clock } from '../../functions/model/ports/clock.ts';
import type { RunLog } from '../../functions/model/ports/run-log.ts';
import type { TickQueue } from '../../functions/model/ports/tick-queue.ts';
import { afterUpload } from '../../functions/run/after-tick.ts';
import { openKeyLists } from '../../functions/run/open-key-lists.ts';
import { parseTurns } from '../../functions/run/parse-turns.ts';
import { openRunAccount } from '../../functions/run/run-account.ts';
import { type MessageContext, runPageMessage, runPolicyMessage } from '../../functions/run/run-message.ts';
import { runTick, runUploads } from '../../functions/run/run-policies.ts';
import type { RunContext } from '../../functions/run/settle-policy.ts';
import { startTick } from '../../functions/run/start-tick.ts';

/** What an invocation works with, but for what its turn and its account give. */
export type FunctionParts = Pick<
  MessageContext,
  'bucket' | 'settings' | 'claimCache' | 'keysFor' | 'listSecrets' | 'portals' | 'isOutOfTime'
> & {
  readonly clock: Clock;
  readonly queue: TickQueue | undefined;
  readonly newToken: () => string;
  readonly log: RunLog;
};

/** An event as the handler takes it, over ports that are given. */
export async function invokeFunction(event: unknown, requestId: string, parts: FunctionParts): Promise<void> {
  const { queue, log, settings, bucket, clock, newToken } = parts;
  const account = openRunAccount(log, settings.paused);
  const failures: unknown[] = [];
  for (const { runId, isRedelivered, trigger } of parseTurns(event, requestId, settings.bucket)) {
    const lease: RunContext['lease'] = { bucket, clock, runId, newToken, leaseMs: settings.leaseMs };
    const context: MessageContext = {
      ...{ ...parts, runId, lease, queue, listKeys: openKeyLists(parts.keysFor, settings) },
      announcing: { channels: [], digest: undefined, deployment: '', page: '', beat: undefined },
      onVerdicts: () => {},
      ...{ onOutcome: account.outcome, onRound: account.round, onRun: account.end, onOld: account.old },
      ...{ onCoverage: account.coverage, onTrouble: (what, error) => log.error(what, error) },
    };
    try {
      if (trigger.kind === 'upload') {
        await runUploads(trigger.policies, context).finally(() => afterUpload(trigger.policies, context));
      } else if (trigger.kind === 'policy') await runPolicyMessage(trigger, isRedelivered, context);
      else if (trigger.kind === 'page') await runPageMessage(trigger, context);
      else if (trigger.kind === 'tick' && queue)
        await startTick({ ...context, queue, onUnsent: account.unsent });
      else if (trigger.kind === 'tick') failures.push(...(await runTick(context)).failures);
      else throw new Error(`an event of the kind ${trigger.kind}`);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
