import type { PortalOutcome } from '../../functions/model/outcome.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import { tellCount } from '../words/tell-count.ts';

/** How many portals have their next backup at which hour of the day, in UTC. */
export type HourLoad = {
  /** By hour, 0 to 23. */
  readonly hours: readonly number[];
  /** Portals with a schedule of which that is not known here: nobody asked for their time zone. */
  readonly unknown: number;
  /** Whether a policy leaves the hour open, or there are so many that it matters. */
  readonly isWorthTelling: boolean;
};

export type LoadBook = {
  enter(policy: number, outcome: PortalOutcome): void;
  /** `undefined` where nothing is known of any portal. */
  load(): HourLoad | undefined;
};

/** Counts what outcomes tell of next backups: when the server first runs what is written, or what is there is due. */
export function openLoadBook(policies: readonly LoadedPolicy[]): LoadBook {
  const hours: number[] = new Array(24).fill(0);
  const targets = policies.map(({ reading }) => reading.policy?.targets ?? []);
  const hasWindow = targets.some((all) => all.some(({ window }) => window !== undefined));
  const retired = targets.map(
    (all) => new Set(all.filter(({ schedule }) => !schedule).map(({ portal }) => portal)),
  );
  let unknown = 0;
  return {
    enter: (policy, { portal, action, firstRun, protection }) => {
      if (action === null || retired[policy]?.has(portal)) return;
      const next = firstRun === undefined ? protection?.due : firstRun;
      const hour = typeof next === 'string' ? new Date(next).getUTCHours() : Number.NaN;
      if (hour >= 0) hours[hour] = (hours[hour] ?? 0) + 1;
      else unknown++;
    },
    load: () => {
      const known = hours.reduce((sum, count) => sum + count, 0);
      return known === 0
        ? undefined
        : { hours, unknown, isWorthTelling: hasWindow || known >= WORTH_TELLING };
    },
  };
}

/** `backups by hour of the day (UTC): 1h 12, 2h 9`; with how many more there are of which it is not known. */
export function describeLoad({ hours, unknown }: HourLoad): string {
  const parts = hours.flatMap((count, hour) => (count > 0 ? [`${hour}h ${tellCount(count)}`] : []));
  const rest = unknown > 0 ? `; not known of ${tellCount(unknown, 'portal')}` : '';
  return `backups by hour of the day (UTC): ${parts.join(', ')}${rest}`;
}

/** As JSON documents have it. */
export function loadEntry({ hours, unknown }: HourLoad): object {
  return { hours, unknown };
}

// --- internal ---

/** Portals. */
const WORTH_TELLING = 100;
