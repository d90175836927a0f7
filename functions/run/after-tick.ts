import type { Clock } from '../model/ports/clock.ts';
import type { ListPortalSecrets } from '../model/ports/secret-lister.ts';
import { storePage } from '../report/page/store-page.ts';
import { compareCoverage } from './compare-coverage.ts';
import { type Coverage, measureCoverage } from './measure-coverage.ts';
import type { StateSource } from './policy-state.ts';
import { listPolicies } from './read-claims.ts';

export type AfterTickContext = StateSource & {
  readonly clock: Clock;
  readonly listSecrets: ListPortalSecrets;
  /** Told with the ungoverned keys that are new; `undefined`: the secrets could not be listed. */
  readonly onCoverage: (coverage: Coverage | undefined, newUngoverned: number) => void;
  /** Told of a step that failed, in words. */
  readonly onTrouble: (what: string, error: unknown) => void;
};

/**
 * What comes once all of a tick's policies had their turn: what is measured and told of all of them together. It may be
 * done twice for one tick, where a process dies in it. No policy waits for it, and no step of it keeps another from
 * being done.
 */
export async function afterTick(context: AfterTickContext): Promise<void> {
  await lookAtCoverage(context);
  await renewPage(context);
}

/** Makes the page of all policies anew, as their last reports have them. Never throws. */
export async function renewPage({
  bucket,
  clock,
  onTrouble,
}: Omit<AfterTickContext, 'onCoverage'>): Promise<void> {
  try {
    const { policies } = await listPolicies(bucket);
    await storePage([...policies.keys()], bucket, clock.date());
  } catch (error) {
    onTrouble('the page could not be made', error);
  }
}

// --- internal ---

async function lookAtCoverage(context: AfterTickContext): Promise<void> {
  const measuredAt = context.clock.date();
  // Nothing hangs on it: where the secrets can't be listed, that is told, and no more.
  const coverage = await measureCoverage(context, context.listSecrets).catch(() => undefined);
  context.onCoverage(coverage, coverage ? await compareCoverage(context.bucket, coverage, measuredAt) : 0);
}
