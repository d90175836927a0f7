import { MINUTE } from '../../model/durations.ts';
import type { Digest } from './digest.ts';
import { EVENTS, type EventCounts, type News, type ToldEvent } from './events.ts';

/** News that belong into one message, kept until they are sent; of any number of portals it takes little room. */
export type Batch = {
  /** Tells it from others. */
  readonly id: string;
  /** When it was begun; ISO. */
  readonly at: string;
  /** When somebody began to send it; ISO. */
  readonly taken?: string | undefined;
  readonly counts: EventCounts;
  /** The first ones of many. */
  readonly groups: readonly NewsGroup[];
  readonly digest?: Digest | undefined;
};

/** What is told in one line: the same of many portals of a policy. */
export type NewsGroup = {
  readonly event: ToldEvent;
  readonly policy: string;
  /** The policy itself is meant. */
  readonly own: boolean;
  readonly label: string;
  /** Empty where they don't have the same. */
  readonly text: string;
  readonly count: number;
  /** The first ones of many. */
  readonly portals: readonly string[];
};

export function batchOf(news: readonly News[], digest: Digest | undefined, id: string, at: string): Batch {
  const groups = new Map<string, NewsGroup>();
  for (const { event, policy, portal, label, text, lasted } of news) {
    const own = portal === undefined;
    const shown = own ? [] : [lasted === undefined ? portal : `${portal} (${spanOf(lasted)})`];
    enter(groups, { event, policy, own, label, text, count: 1, portals: shown });
  }
  return { id, at, counts: countNews(news), groups: firstOf(groups), ...(digest && { digest }) };
}

/** Two batches as one: the older one's news come first, the later one's digest counts. */
export function joinBatches(older: Batch, later: Batch): Batch {
  const groups = new Map<string, NewsGroup>();
  for (const group of [...older.groups, ...later.groups]) enter(groups, group);
  const digest = later.digest ?? older.digest;
  return {
    id: later.id,
    at: older.at,
    counts: addCounts(older.counts, later.counts),
    groups: firstOf(groups),
    ...(digest && { digest }),
  };
}

export function countNews(news: readonly Pick<News, 'event'>[]): EventCounts {
  const counts: Partial<Record<ToldEvent, number>> = {};
  for (const { event } of news) counts[event] = (counts[event] ?? 0) + 1;
  return counts;
}

export function addCounts(one: EventCounts, other: EventCounts): EventCounts {
  const sums = EVENTS.map((event) => [event, (one[event] ?? 0) + (other[event] ?? 0)] as const);
  return Object.fromEntries(sums.filter(([, count]) => count > 0));
}

/** How long it was, rounded for people: `6 h`, `3 d`. */
export function spanOf(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 90) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / (24 * 60))} d`;
}

// --- internal ---

const MOST_GROUPS = 10;
const MOST_PORTALS = 20;

function enter(groups: Map<string, NewsGroup>, group: NewsGroup): void {
  const key = JSON.stringify([group.event, group.policy, group.own, group.label]);
  const known = groups.get(key);
  if (!known) groups.set(key, group);
  else
    groups.set(key, {
      ...known,
      text: known.text === group.text ? known.text : '',
      count: known.count + group.count,
      portals:
        known.portals.length < MOST_PORTALS
          ? [...new Set([...known.portals, ...group.portals])].slice(0, MOST_PORTALS)
          : known.portals,
    });
}

/** The biggest of each event: what is left out, the counts tell. */
function firstOf(groups: ReadonlyMap<string, NewsGroup>): readonly NewsGroup[] {
  return EVENTS.flatMap((event) =>
    [...groups.values()]
      .filter((group) => group.event === event)
      .sort((a, b) => Number(b.own) - Number(a.own) || b.count - a.count)
      .slice(0, MOST_GROUPS),
  );
}
