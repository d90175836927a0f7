import type { Clock } from '../../functions/model/ports/clock.ts';
import type { Wait } from '../../functions/model/ports/portals.ts';
import type { Treatment } from '../../functions/portal/treat-portal.ts';
import type { Every, Output } from '../terminal.ts';
import { progressBar } from '../words/progress-bar.ts';
import { waitingPortals } from './waiting-portals.ts';

/** Shows whoever waits at a terminal how far a run is and whom it waits for; in a pipe it shows nothing. */
export type RunWatch = {
  /** @param what is waited for, before the first portal: `the keys` */
  waitsFor(what: string): void;
  /** A treatment that is looked at. */
  watched(treatment: Treatment, portals: number): Treatment;
  onWait(portal: string, wait: Wait): void;
  /** Takes the line off and shows no more until `goOn`: somebody is asked something. */
  pause(): void;
  goOn(): void;
  /** An output that may share the terminal: the line makes room for what is written there. */
  over(out: Output): Output;
  close(): void;
};

export type WatchOptions = {
  readonly err: Output;
  readonly clock: Pick<Clock, 'now'>;
  readonly every: Every;
  /** Once aborted, it is told on `err` whom the run waits for. */
  readonly stop: AbortSignal;
};

export function watchRun({ err, clock, every, stop }: WatchOptions): RunWatch {
  const bar = progressBar(err);
  const waiting = waitingPortals();
  const startedAt = clock.now();
  let [done, all] = [0, 0];
  let what = 'the policies';
  let isPaused = false;

  const whom = () => waiting.describe(clock.now()) ?? (what === '' ? '' : `waiting for ${what}`);
  function draw(): void {
    if (isPaused) return;
    bar.show(done, all, clock.now() - startedAt >= PATIENCE ? whom() : '');
  }
  const stopDrawing = err.isTerminal ? every(PERIOD, draw) : () => {};
  const onStop = () => {
    const said = waiting.describe(clock.now());
    bar.clear();
    if (said) err.write(`policy-sync: still waiting for ${said}\n`);
  };
  stop.addEventListener('abort', onStop, { once: true });

  return {
    waitsFor: (thing) => {
      what = thing;
    },
    watched: (treatment, portals) => {
      all = portals;
      return async (target, gate, heard, stopReason) => {
        what = '';
        waiting.starts(target.portal, clock.now());
        const treated = await treatment(target, gate, heard, stopReason);
        waiting.ends(target.portal);
        if (!treated.isHeld) done++;
        if (all >= LONG_RUN) draw();
        return treated;
      };
    },
    onWait: (portal, wait) => waiting.waits(portal, wait, clock.now()),
    pause: () => {
      isPaused = true;
      bar.clear();
    },
    goOn: () => {
      isPaused = false;
    },
    over: (out) => ({
      get isTerminal() {
        return out.isTerminal;
      },
      get columns() {
        return out.columns;
      },
      write: (text) => {
        bar.clear();
        return out.write(text);
      },
    }),
    close: () => {
      isPaused = true;
      stopDrawing();
      stop.removeEventListener('abort', onStop);
      bar.clear();
    },
  };
}

// --- internal ---

/** Nobody needs to be told what they wait for before this. Milliseconds. */
const PATIENCE = 2_000;
/** How often the line is drawn anew. Milliseconds. */
const PERIOD = 250;
/** Runs over so many portals show at once how far they are. */
const LONG_RUN = 20;
