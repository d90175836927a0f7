import { later, runLooks } from './backup-book.ts';
import type { BackupBook, LookOutcome, RunOptions } from './backup-records.ts';
import type { BackupServer, LocalPortal } from './local-portal.ts';
import { nextLook } from './next-look.ts';
import type { ServerClock } from './portal-setup.ts';
import { dumpOptions, isWatched, runOptions } from './run-options.ts';

/** What will happen, or has happened, to the schedule of a portal, or to the dump of a server. */
export type FleetEvent = {
  readonly at: Date;
  /** The portal, or the server where it is the dump's. */
  readonly name: string;
  readonly dump: boolean;
};
export type PastFleetEvent = FleetEvent & Pick<LookOutcome, 'what'>;

/** A fleet's own time: it stands still until it is told. */
export type FleetTime = {
  /**
   * Goes on to this time, and answers what happened on the way, in order. Throws for a time that is past.
   * What a portal is (its status, plan, storages) holds for the whole way.
   */
  readonly advanceTo: (time: Date) => PastFleetEvent[];
  readonly advanceBy: (ms: number) => PastFleetEvent[];
  /** The next look at which a schedule runs, as things are now; undefined: none within 400 days. */
  readonly nextEvent: () => FleetEvent | undefined;
  /** Goes on to the next event, and answers all that happened then; without one, nothing. */
  readonly step: () => PastFleetEvent[];
};

/** @param setNow undefined where the fleet's clock is somebody else's: then nothing here can be asked to go on */
export function createFleetTime(
  portals: readonly LocalPortal[],
  servers: ReadonlyMap<string, BackupServer>,
  clock: ServerClock,
  setNow: ((time: Date) => void) | undefined,
): FleetTime {
  const books = () => listBooks(portals, servers, clock);
  const memory = new WeakMap<object, Foreseen>();

  const advanceTo = (time: Date) => {
    if (!setNow) throw new Error('The clock of this fleet is not its own: start it with `startAt`');
    if (time < clock.now()) throw new Error(`It is ${clock.now().toISOString()} already`);
    const events = books().flatMap(({ name, dump, book, options }) =>
      runLooks(book, options, time).map((outcome) => ({ ...outcome, name, dump })),
    );
    setNow(time);
    return events.sort((a, b) => a.at.getTime() - b.at.getTime());
  };
  const nextEvent = () => {
    let next: FleetEvent | undefined;
    for (const { name, dump, book, options } of books()) {
      const at = foresee(book, options, memory);
      if (at && (!next || at < next.at)) next = { at, name, dump };
    }
    return next;
  };
  return {
    advanceTo,
    advanceBy: (ms) => advanceTo(new Date(clock.now().getTime() + ms)),
    nextEvent,
    step: () => {
      const next = nextEvent();
      return next ? advanceTo(next.at) : [];
    },
  };
}

// --- internal ---

const HORIZON = 400 * 86_400_000;

type Kept = { name: string; dump: boolean; book: BackupBook; options: RunOptions };

function listBooks(
  portals: readonly LocalPortal[],
  servers: ReadonlyMap<string, BackupServer>,
  clock: ServerClock,
): Kept[] {
  const own = portals.map((portal) => ({
    name: portal.name,
    dump: false,
    book: portal,
    options: runOptions(portal, clock),
  }));
  const dumps = [...servers.values()].map(({ name, dump, dumpOwner }) => ({
    name,
    dump: true,
    book: dump,
    options: dumpOptions(dumpOwner, clock),
  }));
  return [...own, ...dumps];
}

/** What was found out about a schedule: the look at which it runs, or none until then. */
type Foreseen = { lastBackup: number | undefined; timezone: string; at: Date | undefined; until: Date };

/** When this schedule runs next. One that never will is not asked anew about days that were asked about. */
function foresee(book: BackupBook, options: RunOptions, memory: WeakMap<object, Foreseen>): Date | undefined {
  const { schedule } = book;
  if (!schedule || !isWatched(book, options)) return undefined;
  const { clock, timezone } = options;
  const after = later(later(book.lookedUntil, schedule.postedAt), clock.now());
  const until = new Date(after.getTime() + HORIZON);
  const lastBackup = schedule.lastBackupTime?.getTime();
  const known = memory.get(schedule);
  const holds = known && known.lastBackup === lastBackup && known.timezone === timezone;
  if (holds && known.at && known.at > after) return known.at;
  const from = holds && !known.at ? later(known.until, after) : after;
  const at = nextLook(schedule, timezone, { after: from, until }, clock)?.at;
  memory.set(schedule, { lastBackup, timezone, at, until });
  return at;
}
