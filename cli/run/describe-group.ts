import { printable } from '../../functions/model/printable.ts';
import type { Colours } from '../words/colours.ts';
import { shownValue } from '../words/describe-outcome.ts';
import { tellCount } from '../words/tell-count.ts';
import { tellMinute } from '../words/tell-time.ts';
import { type ListedName, listNames, type Width, wrapText } from '../words/wrap-text.ts';
import type { Group, Member } from './group-outcomes.ts';
import { wordOfChange } from './kind-of-outcome.ts';
import { isOneThing, type Shared, sharedText } from './shared-text.ts';

/** How an answer is laid out. */
export type Layout = {
  readonly width: Width;
  readonly paint: Colours;
  /** Names of the run's policies; told beside portals where there are several. */
  readonly policies: readonly string[];
};

/** `~ weaken  25 portals  backupsStored 30 -> 7  (deletes archives)`, and below it their names. */
export function describeGroup(group: Group, layout: Layout): string {
  const { kind, members } = group;
  const { width, paint } = layout;
  const message = ownMessage(group);
  const flags = kind.flags.length > 0 ? `(${kind.flags.join(', ')})` : '';
  const head = [
    `  ${PAINTS[kind.sign](paint)(`${kind.sign} ${kind.word}`)}`,
    countOrName(members, layout),
    ...(message === undefined ? change(group) : [message]),
    ...(flags && [flags]),
  ];
  const aside = [
    ...(message === undefined ? [] : change(group)),
    ...(kind.section === 'rest' ? [] : firstRuns(group)),
  ];
  return [
    wrapText(head.join('  '), width, MARGIN),
    ...aside.map((line) => wrapText(`${MARGIN}${line}`, width, MARGIN)),
    ...(members.length > 1 && kind.section !== 'rest' ? [paint.dim(names(members, layout, 2))] : []),
  ].join('\n');
}

/** Which portals, in no more than so many lines. */
export function names(members: readonly Member[], { width, policies }: Layout, lines: number): string {
  return listNames(listed(members, policies), { width, lines, indent: MARGIN });
}

/** A portal by its name, several by how many they are. */
export function countOrName(members: readonly Member[], { policies }: Layout): string {
  const [first] = listed(members.slice(0, 1), policies);
  if (members.length !== 1 || !first) return tellCount(members.length, 'portal');
  return first.part === undefined ? first.name : `${first.part}: ${first.name}`;
}

/** The fields and values of a group in one line: `backupsStored 30 -> 7, cronParams.hour 1 to 5 -> 3`. */
export function changesText({ changes, sample }: Group): string {
  if (sample.action === 'remove') return '';
  return changes
    .map(({ field, from, to }) => {
      const after = sharedText(to, shownValue);
      return from.first.raw === null && from.isSame.raw
        ? `${field} ${after}`
        : `${field} ${sharedText(from, orNone)} -> ${sharedText(to, orNone)}`;
    })
    .join(', ');
}

// --- internal ---

const MARGIN = '      ';

const PAINTS = {
  '!': (paint: Colours) => paint.red,
  '?': (paint: Colours) => paint.yellow,
  '-': (paint: Colours) => paint.red,
  '~': (paint: Colours) => paint.cyan,
  '+': (paint: Colours) => paint.green,
  '=': (paint: Colours) => paint.dim,
} as const;

const orNone = (value: string | number | null) => (value === null ? '(none)' : shownValue(value));

/** Names with their policy where another one begins; a single policy has no need to be named. */
function listed(members: readonly Member[], policies: readonly string[]): ListedName[] {
  let before: number | undefined;
  return members.map(({ policy, portal }) => {
    const isNext = policies.length > 1 && policy !== before;
    before = policy;
    return { name: portal, ...(isNext && { part: printable(policies[policy] ?? '', 60) }) };
  });
}

/** What went wrong; not what a guard says: that is told once for its policy. */
export function ownMessage({ kind, sample: { error }, message }: Group): string | undefined {
  if (!error || !message || (error.code === 'GUARDED' && !error.retryable)) return undefined;
  return `${kind.code}: ${messageText(message)}`;
}

/** One message for all, or one of many as an example. */
export function messageText(message: Shared): string {
  return isOneThing(message) ? sharedText(message, String) : `for one: ${message.first.raw}`;
}

/** What is changed; where the group's word does not say it, in which way. */
function change(group: Group): string[] {
  const { kind, sample } = group;
  const text = changesText(group);
  if (kind.section === 'rest' || sample.action === 'none' || sample.action === null) return [];
  const word = wordOfChange(sample);
  if (word === kind.word) return text === '' ? [] : [text];
  return [text === '' ? word : `${word}: ${text}`];
}

function firstRuns({ sample, firstRuns: runs, neverRun }: Group): string[] {
  if (sample.status === 'failed' || sample.status === 'skipped') return [];
  const when =
    runs &&
    (runs.first === runs.last
      ? tellMinute(runs.first)
      : `${tellMinute(runs.first)} to ${tellMinute(runs.last)}`);
  const never =
    neverRun > 0 ? `no backup within 400 days${when ? `: ${tellCount(neverRun, 'portal')}` : ''}` : '';
  return [...(when ? [`first backup ${when}`] : []), ...(never ? [never] : [])];
}
