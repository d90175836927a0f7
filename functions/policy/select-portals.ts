import { dependsOnName, judgeParamValue } from '../model/param-values.ts';
import { PLACEHOLDER } from '../model/placeholder.ts';
import { PortalError } from '../model/portal-error.ts';
import type { Policy, PortalTarget, Selector } from '../model/portal-target.ts';
import type { KeyList } from '../model/ports/key-list.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { fitsNames, fitsSelector } from '../model/selector.ts';
import { nameIn } from './reading/complete-targets.ts';

/** What is known of the keys that selectors go by. */
export type Selectable = {
  readonly keys: KeyList;
  /** Whether a `portals:` entry of any policy with the same keys names a portal. */
  readonly isNamed: (portal: string) => boolean;
  /** What this policy's selectors have brought before: what is not seen now may stand in a group that can't be read. */
  readonly before: readonly string[];
};

/** A policy with what its selectors bring among its targets, after those that it names. */
export type SelectedPolicy = {
  readonly policy: Policy;
  /** Of what they bring: what can't be treated as the selector says, and why. */
  readonly refusals: ReadonlyMap<string, PortalError>;
};

/** Brings every portal whose key fits a selector, unless it is named. Pure; each key is looked at once, in order. */
export function selectPortals(policy: Policy, { keys, isNamed, before }: Selectable): SelectedPolicy {
  const { selectors, targets } = policy;
  const refusals = new Map<string, PortalError>();
  if (selectors.length === 0) return { policy, refusals };
  const own = new Set(targets.map(({ portal }) => portal));
  const isFree = (portal: string) => !own.has(portal) && !isNamed(portal);
  const brought: PortalTarget[] = [];
  for (const [portal, tags] of keys.keys) {
    const selector = isFree(portal) ? selectors.find((one) => fitsSelector(one, portal, tags)) : undefined;
    if (!selector) continue;
    brought.push(targetOf(portal, selector));
    const problem = problemWith(portal, selector.wanted.schedule);
    if (problem !== undefined) refusals.set(portal, unfit(selector, problem));
  }
  for (const portal of unseenOf(before, keys)) {
    const selector = isFree(portal) ? selectors.find(({ match }) => fitsNames(match, portal)) : undefined;
    if (!selector) continue;
    brought.push(targetOf(portal, selector));
    refusals.set(portal, unread(keys));
  }
  return { policy: { ...policy, targets: [...targets, ...brought] }, refusals };
}

/** Of portals that were there before, those of which nobody can say that they are gone. */
export function unseenOf(before: readonly string[], { keys, unreadGroups }: KeyList): readonly string[] {
  return unreadGroups.length === 0 ? [] : before.filter((portal) => !keys.has(portal));
}

// --- internal ---

function targetOf(portal: string, { line, wanted }: Selector): PortalTarget {
  const { schedule } = wanted;
  return { portal, ...wanted, schedule: schedule && nameIn(schedule, portal), selected: { line } };
}

/** What is good with most portals' names in it may be bad with this one's. */
function problemWith(portal: string, schedule: BackupSchedule | undefined): string | undefined {
  if (schedule?.storageType !== 'ThirdPartyConsumer') return undefined;
  const texts = schedule.storageParams;
  for (const [name, value] of texts) {
    if (!dependsOnName(name, value)) continue;
    const problem = judgeParamValue(name, value.replaceAll(PLACEHOLDER, portal), (one) => texts.get(one));
    if (problem !== undefined) return `with this portal's name in it "${name}" ${problem}`;
  }
  return undefined;
}

function unfit({ line }: Selector, problem: string): PortalError {
  return new PortalError('REJECTED', `selected by line ${line}: ${problem}: name it under "portals"`);
}

function unread({ unreadGroups: [group = ''] }: KeyList): PortalError {
  const message = `its key is not seen now, and may stand in the group ${JSON.stringify(group)}, which could not be read`;
  return new PortalError('KEY_UNAVAILABLE', message, { retryable: true });
}
