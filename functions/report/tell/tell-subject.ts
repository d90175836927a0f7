import { DAY } from '../../model/durations.ts';
import { type News, TROUBLES, type Trouble } from './events.ts';
import type { Sight } from './see-report.ts';

/** What people were told of a portal, or of a policy itself. Times are ISO, UTC. */
export type Told = {
  /** The troubles that they know of, each since when, and which one of its kind it is. */
  readonly on: ReadonlyMap<Trouble, { readonly since: string; readonly mark: string }>;
  /** Those that ended within a day, each when. */
  readonly over: ReadonlyMap<Trouble, { readonly until: string; readonly mark: string }>;
  /** It comes and goes, and they know: it is told well when it has been so for a day. */
  readonly flaps: boolean;
  /** Which end of which key they know of. */
  readonly key: string | undefined;
  /** The last repair that they know of. */
  readonly repaired: string | undefined;
};

export const NOTHING_TOLD_YET: Told = {
  on: new Map(),
  over: new Map(),
  flaps: false,
  key: undefined,
  repaired: undefined,
};

export type SubjectNews = Pick<News, 'event' | 'label' | 'text' | 'lasted'>;

/**
 * What is to be told of one portal, or policy, by what a report shows of it. Pure.
 *
 * A trouble is told once, and that all is well again once. One that comes back within a day of its end is told once
 * more, as what comes and goes; from then on its comings and goings are not, until it has been well for a whole day.
 * Another trouble, or another of its kind, is told at any time.
 * @param at when that was so: the start of the report's run
 * @param firstLook what happened before it is no news
 */
export function tellSubject(
  before: Told,
  sight: Sight,
  at: string,
  firstLook: string,
): { readonly told: Told; readonly news: readonly SubjectNews[] } {
  const news: SubjectNews[] = [];
  const over = new Map([...before.over].filter(([, { until }]) => isWithinDay(until, at)));
  const on: Map<Trouble, { since: string; mark: string }> = new Map();
  let { flaps } = before;
  for (const trouble of TROUBLES) {
    const had = before.on.get(trouble);
    const seen = sight.on.get(trouble);
    if (had && (sight.unsure.has(trouble) || seen?.mark === had.mark)) on.set(trouble, had);
    else if (seen && !sight.unsure.has(trouble)) {
      on.set(trouble, { since: had?.since ?? at, mark: seen.mark });
      const isBack = over.get(trouble)?.mark === seen.mark;
      if (had) over.set(trouble, { until: at, mark: had.mark });
      if (!isBack) news.push({ event: trouble, label: seen.label, text: seen.text });
      else if (!flaps)
        news.push({ event: trouble, label: `${seen.label}, ${COMES_AND_GOES}`, text: seen.text });
      flaps ||= isBack;
    } else if (had) over.set(trouble, { until: at, mark: had.mark });
  }
  const isOver = before.on.size > 0 && on.size === 0;
  const isAtRest = before.on.size === 0 && on.size === 0 && over.size === 0;
  if (isOver && !flaps) news.push(recovery(before, at));
  if (flaps && isAtRest) {
    news.push({ event: 'RECOVERED', label: 'well for a day; it had come and gone', text: '' });
    flaps = false;
  }
  const { key, repaired } = tellMoments(before, sight, firstLook, news);
  return { told: { on, over, flaps, key, repaired }, news };
}

/** Whether there is nothing to be remembered. */
export function isForgotten({ on, over, flaps, key, repaired }: Told): boolean {
  return on.size === 0 && over.size === 0 && !flaps && key === undefined && repaired === undefined;
}

// --- internal ---

const COMES_AND_GOES = 'comes and goes';

const WORDS: Readonly<Record<Trouble, string>> = {
  FAILED: 'failed',
  BAD: 'had no good backup',
  HELD: 'was held',
  CONTESTED: 'was contested',
  INVALID: 'was invalid',
};

function isWithinDay(time: string, at: string): boolean {
  return Date.parse(at) - Date.parse(time) < DAY;
}

function recovery({ on }: Told, at: string): SubjectNews {
  const starts = Array.from(on.values(), ({ since }) => Date.parse(since));
  const label = [...on.keys()].map((trouble) => WORDS[trouble]).join(', ');
  return { event: 'RECOVERED', label, text: '', lasted: Math.max(0, Date.parse(at) - Math.min(...starts)) };
}

/** What is told and over: a key that is about to die (once a threshold), and a repair. */
function tellMoments(
  before: Told,
  { key, repair }: Sight,
  firstLook: string,
  news: SubjectNews[],
): Pick<Told, 'key' | 'repaired'> {
  if (key && key.mark !== before.key)
    news.push({ event: 'KEY_EXPIRES_SOON', label: key.label, text: key.text });
  if (repair && repair.at > (before.repaired ?? firstLook))
    news.push({ event: 'REPAIRED', label: repair.text, text: '' });
  return {
    key: key === undefined ? before.key : key?.mark,
    repaired: repair?.at,
  };
}
