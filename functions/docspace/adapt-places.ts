/** What a process has seen of itself in the last while. */
export type Load = {
  /** The share of the time in which the event loop had something to do, 0 to 1. */
  readonly utilization: number;
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

/** How many places there are, and how many there may be for the time being. */
export type Adapted = { readonly places: number; readonly ceiling: number };

/** What is begun with: harms no machine and no server. */
export const FIRST_PLACES = 64;

/** Loads are to be told so often: long enough to say something, short enough to grow within a second. */
export const LOAD_INTERVAL_MS = 100;

/**
 * How many places come after a while under such a load.
 *
 * Each portal is its own host: many at once harm nobody, and what limits them is our core, our descriptors and our
 * memory. So there are more places while the loop has room and somebody wants one, by steps that the loop can take (each
 * new portal brings a handshake at once), and fewer when the loop comes late to what is due, or when deadlines are
 * missed that it may have missed itself. Deadlines missed by a loop that had room say something about the portals.
 * @param most what descriptors allow
 */
export function adaptPlaces({ places, ceiling }: Adapted, load: Load, most: number): Adapted {
  const { utilization, lagMs, ended, missed, shortages, working, isWanted } = load;
  if (shortages > 0) {
    const fewer = atLeast(Math.min(places, working) * AFTER_SHORTAGE);
    return { places: fewer, ceiling: fewer };
  }
  // What was short may be there again: that is found out slowly.
  const higher = Math.min(most, ceiling + CEILING_STEP);
  const isBusy = utilization >= BUSY;
  if (isBusy && (lagMs > LONGEST_LAG_MS || missed * 3 > ended))
    return { places: atLeast(Math.min(places, higher) * WHEN_LATE), ceiling: higher };
  const room = isWanted ? Math.max(0, 1 - utilization / FULL) : 0;
  return { places: Math.min(higher, places + Math.ceil(room * MOST_MORE)), ceiling: higher };
}

// --- internal ---

const LEAST_PLACES = 8;
/** So many more at once are some 50 ms of handshakes. */
const MOST_MORE = 64;
const FULL = 0.92;
const BUSY = 0.95;
const LONGEST_LAG_MS = 60;
const WHEN_LATE = 0.9;
const AFTER_SHORTAGE = 0.75;
const CEILING_STEP = 1;

function atLeast(places: number): number {
  return Math.max(LEAST_PLACES, Math.floor(places));
}
