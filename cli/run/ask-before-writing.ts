import type { PendingChange } from '../../functions/fleet/reconcile-fleet.ts';
import { PortalError } from '../../functions/model/portal-error.ts';
import type { Input, Output } from '../terminal.ts';
import type { Colours } from '../words/colours.ts';
import { tellCount } from '../words/tell-count.ts';
import { composeChanges } from './compose-screen.ts';
import { type Group, groupOutcomes } from './group-outcomes.ts';
import { widthOf } from './human-reporter.ts';

export type Question = {
  /** Where it is put. */
  readonly out: Output;
  readonly input: Input;
  readonly stop: AbortSignal;
  readonly paint: Colours;
  /** Names of the run's policies. */
  readonly policies: readonly string[];
};

/**
 * Shows what would be removed or weakened, and asks whether to go on. Nothing has been written yet.
 * @returns why nothing may be written; `undefined` where all may
 */
export async function askBeforeWriting(
  pending: readonly PendingChange[],
  { out, input, stop, paint, policies }: Question,
): Promise<PortalError | undefined> {
  const grouping = groupOutcomes();
  for (const { policy, outcome } of pending) if (isLoss(outcome)) grouping.add(policy, outcome);
  const groups = grouping.groups();
  if (groups.length === 0) return undefined;
  const others = pending.length - sizeOf(groups);
  const layout = { width: widthOf(out), paint, policies };
  const more = others > 0 ? `, and write ${tellCount(others, 'other change')}` : '';
  out.write(`${composeChanges(groups, layout)}\n${paint.bold(`${questionOf(groups)}${more}? [y/N] `)}`);
  const answer = await input.readLine(stop);
  if (answer === undefined) out.write('\n');
  if (/^\s*y(es)?\s*$/i.test(answer ?? '')) return undefined;
  return new PortalError('INTERRUPTED', 'nothing was written: the question was not answered with yes');
}

// --- internal ---

function isLoss({ effect }: PendingChange['outcome']): boolean {
  return effect === 'weaken' || effect === 'remove';
}

function sizeOf(groups: readonly Group[]): number {
  return groups.reduce((sum, { members }) => sum + members.length, 0);
}

/** `Remove 1 schedule and weaken 25`. */
function questionOf(groups: readonly Group[]): string {
  const removed = sizeOf(groups.filter(({ sample }) => sample.effect === 'remove'));
  const weakened = sizeOf(groups) - removed;
  if (removed === 0) return `Weaken ${tellCount(weakened, 'schedule')}`;
  return `Remove ${tellCount(removed, 'schedule')}${weakened > 0 ? ` and weaken ${tellCount(weakened)}` : ''}`;
}
