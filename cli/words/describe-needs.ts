import { printable } from '../../functions/model/printable.ts';
import type { Colours } from './colours.ts';
import { fillLines, fillText } from './fill-lines.ts';
import { groupNeeds, type NeedGroup } from './group-needs.ts';
import type { Need } from './portal-need.ts';
import { tellCount } from './tell-count.ts';
import { tellTime } from './tell-time.ts';

/** How an answer is laid out. */
export type Layout = {
  /** Of a terminal; `undefined`: no terminal, and a portal has one line, however long. */
  readonly columns: number | undefined;
  readonly paint: Colours;
  readonly now: Date;
  /** A line for each portal, however many there are. */
  readonly isVerbose: boolean;
  /** When all was looked at; a portal that was looked at before says when. ISO. */
  readonly seenAt: string | undefined;
};

/** Portals by what they need: why, what to do, and a line for each of a few; of many, their names. */
export function describeNeeds(needs: readonly Need[], layout: Layout): string[] {
  return groupNeeds(needs).flatMap((group) => ['', ...describeGroup(group, layout)]);
}

/** Lists of names wrap here where there is no terminal. */
export const PIPE_COLUMNS = 140;

/** Names on at most so many lines; how many are left out. */
export function describeNames(
  names: readonly string[],
  first: string,
  columns: number,
  mostLines: number,
): string[] {
  const room = (columns - 6) * mostLines - first.length - ' and 100,000 more'.length;
  let used = 0;
  const shown = names.filter((name) => {
    used += name.length + 2;
    return used <= room;
  });
  const left = names.length - shown.length;
  const pieces = left > 0 ? [...shown, `and ${tellCount(left)} more`] : shown;
  return fillLines(pieces, { columns, first, indent: 6, between: ', ' });
}

// --- internal ---

/** More portals of one kind have no lines of their own. */
const MOST_LINES = 20;
const MOST_NAME_LINES = 3;
const MOST_POLICIES = 5;
const LONGEST_PAD = 24;

function describeGroup(group: NeedGroup, layout: Layout): string[] {
  const { title, meaning, todo, needs } = group;
  const { paint, isVerbose } = layout;
  const columns = layout.columns ?? Number.POSITIVE_INFINITY;
  const [head = '', ...rest] = fillText(
    meaning === undefined ? printable(title) : `${printable(title)}: ${printable(meaning, 300)}`,
    { columns, first: '', indent: 2 },
  );
  const isList = isVerbose || needs.length <= MOST_LINES;
  return [
    paint.red(printable(title)) + head.slice(printable(title).length),
    ...rest,
    ...fillText(printable(todo, 300), { columns, first: '  to do: ', indent: 9 }).map((line) =>
      paint.bold(line),
    ),
    ...(isList ? listPortals(group, layout) : sumPortals(needs, layout)),
  ];
}

function listPortals({ needs, meaning }: NeedGroup, { columns, now, seenAt }: Layout): string[] {
  const width = (text: (need: Need) => string) =>
    needs.reduce((most, need) => Math.min(LONGEST_PAD, Math.max(most, text(need).length)), 0);
  const portals = width(({ portal }) => printable(portal, 70));
  const policies = width(({ policy }) => printable(policy, 70));
  return needs.flatMap((need) => {
    const who = `    ${printable(need.portal, 70).padEnd(portals)}  ${printable(need.policy, 70).padEnd(policies)}`;
    const parts = [
      ...timesOf(need, now, seenAt),
      ...(meaning === undefined && need.message ? [printable(need.message, 300)] : []),
    ];
    if (parts.length === 0) return [who.trimEnd()];
    const layout = { first: `${who}  `, indent: portals + policies + 8, between: ', ' };
    return fillLines(parts, { columns: columns ?? Number.POSITIVE_INFINITY, ...layout });
  });
}

/** Where nobody asked for archives, it is not said that there is none. */
function timesOf(need: Need, now: Date, seenAt: string | undefined): string[] {
  const { since, lastArchive, lastBackup, verdict } = need;
  const wasAsked = verdict === 'late' || verdict === 'claimed' || lastArchive !== undefined;
  return [
    ...(since === undefined ? [] : [`since ${tellTime(since, now)}`]),
    ...(verdict === 'claimed' && lastBackup !== undefined ? [`ran ${tellTime(lastBackup, now)}`] : []),
    ...(wasAsked
      ? [lastArchive === undefined ? 'no archive' : `last archive ${tellTime(lastArchive, now)}`]
      : []),
    ...(seenAt !== undefined && need.seenAt !== seenAt ? [`seen ${tellTime(need.seenAt, now)}`] : []),
  ];
}

/** Many portals of one kind: their names by policy, and from when to when. */
function sumPortals(needs: readonly Need[], { columns = PIPE_COLUMNS, now }: Layout): string[] {
  const byPolicy = new Map<string, string[]>();
  for (const { policy, portal } of needs) {
    const names = byPolicy.get(policy);
    if (names) names.push(printable(portal, 70));
    else byPolicy.set(policy, [printable(portal, 70)]);
  }
  const policies = [...byPolicy];
  const more = policies.slice(MOST_POLICIES);
  const untold = more.reduce((sum, [, names]) => sum + names.length, 0);
  return [
    ...policies.slice(0, MOST_POLICIES).flatMap(([policy, names]) => {
      const first = `    ${tellCount(names.length, 'portal')} of ${printable(policy, 70)}: `;
      return describeNames(names, first, columns, MOST_NAME_LINES);
    }),
    ...(more.length > 0
      ? [`    ${tellCount(untold, 'portal')} of ${tellCount(more.length)} more policies`]
      : []),
    ...exampleOf(needs, columns),
    ...rangeOf(
      'since',
      needs.map(({ since }) => since),
      now,
      columns,
    ),
    ...rangeOf(
      'last archives',
      needs.map(({ lastArchive }) => lastArchive),
      now,
      columns,
    ),
  ];
}

/** Where each has words of its own, one is told for all. */
function exampleOf(needs: readonly Need[], columns: number): string[] {
  const [first] = needs;
  if (!first?.message || needs.every(({ message }) => message === first.message)) return [];
  const layout = { columns, first: `    for one, ${printable(first.portal, 70)}: `, indent: 6 };
  return fillText(printable(first.message, 300), layout);
}

function rangeOf(what: string, times: readonly (string | undefined)[], now: Date, columns: number): string[] {
  const known = times.filter((time) => time !== undefined).sort();
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return [];
  const told = first === last ? [tellTime(first, now)] : [`${tellTime(first, now)} to`, tellTime(last, now)];
  const left = times.length - known.length;
  const layout = { columns, first: `    ${what} `, indent: 6, between: ' ' };
  return fillLines(left > 0 ? [...told, `(of ${tellCount(left)}: not known)`] : told, layout);
}
