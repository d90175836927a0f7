import type { Channel } from '../model/ports/channel.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { ListPortalSecrets } from '../model/ports/secret-lister.ts';
import { countVerdicts, type VerdictCounts } from '../report/count-verdicts.ts';
import { storePage } from '../report/page/store-page.ts';
import type { StoredReport } from '../report/read-report.ts';
import { type TellContext, tellPeople } from '../report/tell/tell-people.ts';
import { compareCoverage } from './compare-coverage.ts';
import { type Coverage, measureCoverage } from './measure-coverage.ts';
import type { StateSource } from './policy-state.ts';
import { listPolicies } from './read-claims.ts';

/** How people are told what happens to their portals, and a monitor that a tick has ended. */
export type Announcing = Pick<TellContext, 'digest' | 'deployment' | 'page'> & {
  readonly channels: readonly Channel[];
  /** `undefined`: no monitor waits for it. */
  readonly beat: (() => Promise<void>) | undefined;
};

export type AfterTickContext = StateSource & {
  readonly clock: Clock;
  readonly listSecrets: ListPortalSecrets;
  /** `undefined`: nobody is told. */
  readonly announcing?: Announcing;
  /** Told with the ungoverned keys that are new; `undefined`: the secrets could not be listed. */
  readonly onCoverage: (coverage: Coverage | undefined, newUngoverned: number) => void;
  /** Told how all portals are protected, by the last reports. */
  readonly onVerdicts?: (counts: VerdictCounts) => void;
  /** Told of a step that failed, in words. */
  readonly onTrouble: (what: string, error: unknown) => void;
};

/**
 * What comes once all of a tick's policies had their turn: what is measured and told of all of them together. It may be
 * done twice for one tick, where a process dies in it. No policy waits for it, and no step of it keeps another from
 * being done.
 * @param isWhole whether each policy was looked at: a monitor waits for the sign of it
 */
export async function afterTick(context: AfterTickContext, isWhole: boolean): Promise<void> {
  await lookAtCoverage(context);
  const verdicts = countVerdicts();
  if (await renewPage(context, verdicts.add)) context.onVerdicts?.(verdicts.counts());
  await tellOfTick(context);
  if (isWhole) await sendBeat(context);
}

/** What an upload has changed stands on the page, too, and is told. Never throws. */
export async function afterUpload(policies: readonly string[], context: AfterTickContext): Promise<void> {
  await renewPage(context);
  const { announcing } = context;
  if (announcing) await tellPeople(policies, false, { ...context, ...announcing });
}

// --- internal ---

/** Makes the page of all policies anew, as their last reports have them. Never throws. @returns whether that worked */
async function renewPage(
  { bucket, clock, onTrouble }: Pick<AfterTickContext, 'bucket' | 'clock' | 'onTrouble'>,
  onReport?: (report: StoredReport) => void,
): Promise<boolean> {
  try {
    const { policies } = await listPolicies(bucket);
    await storePage([...policies.keys()], bucket, clock.date(), onReport);
    return true;
  } catch (error) {
    onTrouble('the page could not be made', error);
    return false;
  }
}

async function lookAtCoverage(context: AfterTickContext): Promise<void> {
  const measuredAt = context.clock.date();
  // Nothing hangs on it: where the secrets can't be listed, that is told, and no more.
  const coverage = await measureCoverage(context, context.listSecrets).catch(() => undefined);
  context.onCoverage(coverage, coverage ? await compareCoverage(context.bucket, coverage, measuredAt) : 0);
}

async function tellOfTick(context: AfterTickContext): Promise<void> {
  const { announcing, bucket, onTrouble } = context;
  if (!announcing || announcing.channels.length === 0) return;
  try {
    const { policies } = await listPolicies(bucket);
    await tellPeople([...policies.keys()], true, { ...context, ...announcing });
  } catch (error) {
    onTrouble('people could not be told what is new', error);
  }
}

async function sendBeat({ announcing, onTrouble }: AfterTickContext): Promise<void> {
  try {
    await announcing?.beat?.();
  } catch (error) {
    onTrouble('the heartbeat could not be sent', error);
  }
}
