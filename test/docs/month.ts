import { fleetEntries, fleetNames, packGroups } from '../../bench/group-keys.ts';

/** A fleet whose month is computed in docs/scale.md. */
export type Size = {
  readonly portals: number;
  readonly policies: number;
  /** Of the function. */
  readonly memoryMb: number;
  /** Prefixes of secrets: a team's each, the policies evenly among them. */
  readonly prefixes: number;
};

/** In dollars, by the names of the page's table of prices. */
export type Prices = ReadonlyMap<string, number>;

/** A month in dollars, by the names of the page's rows. Ticks are quiet, and six hours apart. */
export function monthOf(size: Size, prices: Prices): ReadonlyMap<string, number> {
  const { portals, policies, memoryMb, prefixes } = size;
  const price = (name: string): number => {
    const found = prices.get(name);
    if (found === undefined) throw new Error(`no price of ${name}`);
    return found;
  };
  const groups = groupsOf(portals / prefixes);
  const groupCalls =
    prefixes * (policies / prefixes + 1) * (Math.ceil(groups / 100) + Math.ceil(groups / 20));
  const singleCalls = 2 * policies + Math.ceil(portals / 100) + Math.ceil(portals / 20);
  const { puts, gets, logBytes, invocations } = tickOf(policies);
  const stored = 1_880 * portals + 261 * Math.min(portals, 30_000) + 1_900 * policies + 19_000;
  const polls = 5 * 3 * 60 * 730;
  const messages = Math.ceil(policies / 10) + 1 + 2 * (policies + 1);
  const isOver = portals > MOST_SECRETS;
  return new Map([
    ['secrets, in groups', prefixes * groups * price('a secret')],
    ['secrets, one a portal', isOver ? Number.NaN : portals * price('a secret')],
    ['calls for keys in groups', (TICKS * groupCalls * price('10,000 calls for keys')) / 10_000],
    [
      'calls for single keys',
      isOver ? Number.NaN : (TICKS * singleCalls * price('10,000 calls for keys')) / 10_000,
    ],
    [
      'Lambda, at the very most',
      TICKS * (policies + 1) * LONGEST_RUN * (memoryMb / 1024) * price('a GB-second') +
        (TICKS * invocations * price('a million starts')) / 1e6,
    ],
    ['reports, once 400 days are full', (1_600 * stored * price('a GB of reports')) / GB],
    [
      'calls of S3',
      (TICKS * (puts * price('1,000 PUT or LIST') + gets * price('1,000 GET or HEAD'))) / 1_000,
    ],
    ['logs', (TICKS * logBytes * (price('a GB of logs') + 3 * price('a GB of logs kept'))) / GB],
    ['metrics', ((21 + 8 * policies) * price('a metric') * 4) / 24],
    ['alarms', 13 * price("an alarm's metric")],
    ['queue', ((polls + TICKS * messages) * price('a million calls of SQS')) / 1e6],
    ['dashboard', price('a dashboard')],
  ]);
}

/** What the runs of one quiet tick make, at most. */
export function tickOf(policies: number) {
  return {
    invocations: policies + 2,
    puts: 7 + 10 * policies,
    gets: 1 + 13 * policies + 2 * policies * Math.min(10, policies),
    logLines: 6 + 2 * policies,
    logBytes: 2_100 + 1_300 * policies,
  };
}

/** Groups that `policy-sync keys pack` makes of so many portals with names as long as the page's. */
export function groupsOf(portals: number): number {
  return packGroups(fleetEntries(fleetNames(portals))).size;
}

// --- internal ---

/** A month has 30 days, and a tick every six hours. */
const TICKS = 120;
/** Seconds. */
const LONGEST_RUN = 900;
const GB = 2 ** 30;
/** In an account and region. */
const MOST_SECRETS = 500_000;
