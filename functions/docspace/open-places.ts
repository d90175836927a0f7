import type { Concurrency, Places } from '../model/ports/places.ts';
import { adaptPlaces, FIRST_PLACES, firstPlaces, LOAD_INTERVAL_MS } from './adapt-places.ts';
import { descriptorLimit, mostSockets, startLoopMeter } from './measure-load.ts';
import { PlaceQueue } from './place-queue.ts';
import type { SessionPlaces } from './portal-session.ts';

export type PlacesOptions = {
  /** A number stays what it is. Default: `auto`. */
  readonly concurrency?: Concurrency;
  /** Sockets at once, whatever the system allows. */
  readonly mostSockets?: number;
};

/** A run's places, and who tells of what happens on them. */
export type OpenPlaces = Places & SessionPlaces & { close(): void };

export function openPlaces({ concurrency = 'auto', mostSockets: most }: PlacesOptions): OpenPlaces {
  const sockets = Math.min(most ?? Number.POSITIVE_INFINITY, mostSockets(descriptorLimit()));
  const isFixed = concurrency !== 'auto';
  const queue = new PlaceQueue(Math.min(isFixed ? concurrency : FIRST_PLACES, sockets), sockets);
  const watch = isFixed ? undefined : watchLoad(queue, sockets);
  return {
    enter: () => {
      watch?.start();
      return queue.enter();
    },
    leave: () => queue.leave(),
    rest: (wait, isConnected) => queue.rest(wait, isConnected),
    ended: (how) => watch?.ended(how),
    close: () => watch?.stop(),
  };
}

// --- internal ---

/** From the first portal on looks at what the process has to do, and has as many places as that allows. */
function watchLoad(queue: PlaceQueue, most: number) {
  let adapted = firstPlaces(most);
  let seen = { ended: 0, missed: 0, shortages: 0 };
  let stop: (() => void) | undefined;

  function start(): void {
    const meter = startLoopMeter();
    const timer = setInterval(() => {
      const { working, isWanted } = queue;
      const before = adapted.places;
      adapted = adaptPlaces(adapted, { ...meter.read(), ...seen, working, isWanted }, most);
      seen = { ended: 0, missed: 0, shortages: 0 };
      if (adapted.places !== before) queue.resize(adapted.places);
    }, LOAD_INTERVAL_MS);
    timer.unref();
    stop = () => {
      clearInterval(timer);
      meter.stop();
    };
  }

  return {
    start: () => {
      if (!stop) start();
    },
    ended: (how: 'answered' | 'missed' | 'short') => {
      seen.ended++;
      if (how === 'missed') seen.missed++;
      if (how === 'short') seen.shortages++;
    },
    stop: () => stop?.(),
  };
}
