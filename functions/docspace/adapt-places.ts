/** What a process has seen of itself in the last while. */
export type Load = {
  /** How long the while was, and for how much of it the event loop had something to do. Milliseconds. */
  readonly elapsedMs: number;
  readonly busyMs: number;
  /** How late the loop came to what was due, at worst. Milliseconds. */
  readonly lagMs: number;
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
};

/** What is begun with: harms no machine and no server. */
export const FIRST_PLACES = 64;

/** Loads are to be told so often: long enough to say something, short enough to grow within a second. Milliseconds. */
export const LOAD_INTERVAL_MS = 50;

/** @param most what descriptors allow */
export function firstPlaces(most: number): Adapted {
  const places = Math.min(FIRST_PLACES, most);
  return { places, ceiling: most };
}

/**
 * How many places come after a while under such a load.
 *
 * Each portal is its own host: many at once harm nobody, and what limits them is our core, our descriptors and our
 * memory. So there are more places while the loop has room and somebody wants one: where it had nothing to do for half of
 * the while, half as many more. There are fewer when it comes late to what is
 * due, or when deadlines are missed that it may have missed itself. Deadlines missed by a loop that had room say
 * something about the portals.
 */
export function adaptPlaces(before: Adapted, load: Load, most: number): Adapted {
  const { elapsedMs, busyMs, lagMs, ended, missed, shortages, working, isWanted } = load;
  if (shortages > 0) {
    const fewer = atLeast(Math.min(before.places, working) * AFTER_SHORTAGE);
    return { places: fewer, ceiling: fewer };
  }
  // What was short may be there again: that is found out slowly.
  const ceiling = Math.min(most, before.ceiling + CEILING_STEP);
  const isBusy = busyMs >= BUSY * elapsedMs;
  if (isBusy && (lagMs > LONGEST_LAG_MS || missed * 3 > ended))
    return { places: atLeast(Math.min(before.places, ceiling) * WHEN_LATE), ceiling };
  const room = isWanted ? Math.max(0, elapsedMs - busyMs) / elapsedMs : 0;
  return { places: Math.min(ceiling, Math.ceil(before.places * (1 + room))), ceiling };
}

// --- internal ---

const LEAST_PLACES = 8;
const BUSY = 0.95;
const LONGEST_LAG_MS = 30;
const WHEN_LATE = 0.95;
const AFTER_SHORTAGE = 0.75;
const CEILING_STEP = 1;

function atLeast(places: number): number {
  return Math.max(LEAST_PLACES, Math.floor(places));
}
