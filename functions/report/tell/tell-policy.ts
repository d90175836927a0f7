import type { StoredReport } from '../read-report.ts';
import type { News } from './events.ts';
import { type Sight, seePolicy, seePortal } from './see-report.ts';
import { isForgotten, NOTHING_TOLD_YET, type Told, tellSubject } from './tell-subject.ts';

/** What people were told of one policy and its portals. */
export type ToldPolicy = {
  /** The start of the newest report that was looked at; ISO. */
  readonly looked: string;
  readonly own: Told;
  readonly portals: ReadonlyMap<string, Told>;
};

/**
 * What is to be told by a policy's newest report. Pure. A portal, or a policy, that is gone is forgotten: somebody took
 * it away.
 * @param room how many portals more may be remembered
 */
export function tellPolicy(
  policy: string,
  before: ToldPolicy | undefined,
  report: StoredReport,
  room: number,
  now: Date,
): { readonly told: ToldPolicy | undefined; readonly news: readonly News[] } {
  // A time that can't be is told as none.
  const startedAt = report.head.startedAt || now.toISOString();
  if (report.entry.gone === true) return { told: undefined, news: [] };
  const firstLook = before?.looked ?? new Date(Date.parse(startedAt) - 1).toISOString();
  const news: News[] = [];
  const portals = new Map<string, Told>();
  let left = room;
  function look(portal: string | undefined, told: Told | undefined, sight: Sight | undefined): Told {
    if (!sight) return told ?? NOTHING_TOLD_YET;
    const next = tellSubject(told ?? NOTHING_TOLD_YET, sight, startedAt, firstLook);
    if (!told && !isForgotten(next.told) && left-- <= 0) return NOTHING_TOLD_YET;
    for (const one of next.news) news.push({ ...one, policy, portal });
    return next.told;
  }

  const own = look(undefined, before?.own ?? NOTHING_TOLD_YET, seePolicy(report));
  for (const outcome of report.portals) {
    const { portal } = outcome;
    const told = look(portal, before?.portals.get(portal), seePortal(outcome, report));
    if (!isForgotten(told)) portals.set(portal, told);
  }
  // Where no portal had a turn, nothing is known of any.
  const known = report.portals.length > 0 ? portals : (before?.portals ?? portals);
  return { told: { looked: startedAt, own, portals: known }, news };
}
