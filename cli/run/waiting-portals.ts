import type { Wait } from '../../functions/model/ports/portals.ts';
import { tellCount } from '../words/tell-count.ts';

/** Which portals have begun and not ended, and what each of them is waited for. Times are milliseconds of one clock. */
export type WaitingPortals = {
  starts(portal: string, now: number): void;
  waits(portal: string, wait: Wait, now: number): void;
  ends(portal: string): void;
  /** The one that began first, and how many more there are; `undefined` where none is waited for. */
  describe(now: number): string | undefined;
};

export function waitingPortals(): WaitingPortals {
  // In the order of their beginning: the first is the one that holds up most.
  const open = new Map<string, Standing>();
  return {
    starts: (portal) => {
      open.set(portal, { wait: undefined, end: undefined });
    },
    waits: (portal, wait, now) => {
      if (open.has(portal)) open.set(portal, { wait, end: now + wait.msLeft });
    },
    ends: (portal) => {
      open.delete(portal);
    },
    describe: (now) => {
      const [first] = open;
      if (!first) return undefined;
      const more = open.size > 1 ? ` (and ${tellCount(open.size - 1)} more)` : '';
      return `${first[0]}: ${describeStanding(first[1], now)}${more}`;
    },
  };
}

// --- internal ---

type Standing = { readonly wait: Wait | undefined; readonly end: number | undefined };

function describeStanding({ wait, end }: Standing, now: number): string {
  if (!wait || end === undefined) return 'waiting for its key';
  const left = `${Math.max(0, Math.ceil((end - now) / 1000))} s left`;
  return wait.tries === 1 ? `no answer yet, ${left}` : `${wait.trouble}, try ${wait.tries}, ${left}`;
}
