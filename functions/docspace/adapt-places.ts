/** What a process has seen of itself in the last while. */
export type Load = {
  /** How long the while was, and for how much of it the event loop had something to do. Milliseconds. */
  readonly elapsedMs: number;
  readonly busyMs: number;
  /** How late the loop came to what was due, at worst. Milliseconds. */
  readonly lagMs: number;
  /** Portals that took a place and that left one. */
  readonly entered: number;
  readonly left: number;
  /** Tries of requests that ended, and those among them that ended by a deadline. */
  readonly ended: number;
  readonly missed: number;
  /** How often the system refused a socket, or a look-up, for lack of something of ours. */
  readonly shortages: number;
  /** Portals at work now. */
  readonly working: number;
  /** Whether a portal would have worked, had there been one place more. */
  readonly isWanted: boolean;
};

/** How many places there are, and what decides how many come next. */
export type Adapted = {
  readonly places: number;
  /** No more for the time being. */
  readonly ceiling: number;
  /** What the loop did lately, and for how many portals: the older, the less it counts. */
  readonly busyMs: number;
  readonly portals: number;
};

/** What is begun with: harms no machine and no server. */
export const FIRST_PLACES = 64;

/** Loads are to be told so often: long enough to say something, short enough to grow within a second. Milliseconds. */
export const LOAD_INTERVAL_MS = 50;

/** @param most what descriptors allow */
export function firstPlaces(most: number): Adapted {
  const places = Math.min(FIRST_PLACES, most);
  return { places, ceiling: most, busyMs: FIRST_COST_MS * FIRST_WEIGHT, portals: FIRST_WEIGHT };
}

/**
 * How many places come after a while under such a load.
 *
 * Each portal is its own host: many at once harm nobody, and what limits them is our core, our descriptors and our
 * memory. So there are more places while the loop has room and somebody wants one: as many as the loop, with what a
 * portal has cost it lately, could have done in the room that was left. There are fewer when it comes late to what is
 * due, or when deadlines are missed that it may have missed itself. Deadlines missed by a loop that had room say
 * something about the portals.
 */
export function adaptPlaces(before: Adapted, load: Load, most: number): Adapted {
  const { elapsedMs, lagMs, ended, missed, shortages, working, isWanted } = load;
  const busyMs = before.busyMs * STILL_COUNTS + load.busyMs;
  const portals = before.portals * STILL_COUNTS + (load.entered + load.left) / 2;
  if (shortages > 0) {
    const fewer = atLeast(Math.min(before.places, working) * AFTER_SHORTAGE);
    return { places: fewer, ceiling: fewer, busyMs, portals };
  }
  // What was short may be there again: that is found out slowly.
  const ceiling = Math.min(most, before.ceiling + CEILING_STEP);
  const isBusy = load.busyMs >= BUSY * elapsedMs;
  if (isBusy && (lagMs > LONGEST_LAG_MS || missed * 3 > ended))
    return { places: atLeast(Math.min(before.places, ceiling) * WHEN_LATE), ceiling, busyMs, portals };
  const roomMs = isWanted ? Math.max(0, elapsedMs - load.busyMs) : 0;
  const costMs = busyMs / Math.max(portals, 1);
  const more = Math.ceil(Math.min((EAGERNESS * roomMs) / costMs, before.places / 2));
  return { places: Math.min(ceiling, before.places + more), ceiling, busyMs, portals };
}

// --- internal ---

const LEAST_PLACES = 8;
/** Taken for a portal's cost until some have ended. */
const FIRST_COST_MS = 2;
const FIRST_WEIGHT = 40;
const STILL_COUNTS = 0.9;
/** A new place's cost comes over its whole life, not at once. */
const EAGERNESS = 4;
const BUSY = 0.95;
const LONGEST_LAG_MS = 50;
const WHEN_LATE = 0.95;
const AFTER_SHORTAGE = 0.75;
const CEILING_STEP = 1;

function atLeast(places: number): number {
  return Math.max(LEAST_PLACES, Math.floor(places));
}
