import { printable } from '../../functions/model/printable.ts';
import type { DropReason, Explanation, FieldPlace, FieldValue } from '../../functions/policy/explanation.ts';
import type { Colours } from '../words/colours.ts';
import { DELETE_ONE, describeShadowed } from '../words/describe-shadowed.ts';
import { fillLines, fillText } from '../words/fill-lines.ts';
import { needTitle } from '../words/group-needs.ts';
import { tellTime } from '../words/tell-time.ts';
import type { PastOutcome, PortalHistory, Standing } from './portal-history.ts';
import type { PolicyAnswer } from './read-answers.ts';

export type WhyLayout = {
  readonly now: Date;
  readonly paint: Colours;
  /** Of a terminal; `undefined`: no terminal. */
  readonly columns: number | undefined;
};

/** One portal for people: its verdict, then its schedule: a line for each field, with the place that it comes from. */
export function describeWhy(
  portal: string,
  { policy, file, history, standing }: PolicyAnswer,
  explanation: Explanation,
  layout: WhyLayout,
): string {
  const { paint } = layout;
  const { line, column, profile, selected, state, fields, dropped } = explanation;
  const place = (at: FieldPlace) =>
    `${printable(file)}:${at.line}:${at.column} (${at.layer}${at.profile === undefined ? '' : ` ${printable(at.profile, 64)}`})`;
  const by = selected === undefined ? '' : `, selected by line ${selected.line}`;
  const tier = by + (profile === undefined ? '' : `, profile ${printable(profile, 64)}`);
  return [
    ...describeStanding(portal, standing, history, layout),
    `${paint.bold(printable(portal))}: policy ${printable(policy)}, ${printable(file)}:${line}:${column}${tier}`,
    ...(state === 'absent' ? [`  ${paint.red('state: absent')}: the portal shall have no schedule`] : []),
    ...fields.flatMap(({ field, value, from, overrode }) => [
      `  ${printable(field, 64).padEnd(24)} ${shown(value).padEnd(20)} ${paint.dim(from ? place(from) : 'nobody says otherwise')}`,
      ...overrode.map((other) => `${INDENT}over ${shown(other.value)}, ${place(other)}`),
    ]),
    ...dropped.map(
      ({ field, value, reason, ...at }) =>
        `  ${paint.yellow('without')} ${printable(field, 64)} ${shown(value)}, ${place(at)}: ${REASONS[reason]}`,
    ),
    ...(history === undefined ? [] : describeHistory(history, layout)),
  ].join('\n');
}

// --- internal ---

const INDENT = ' '.repeat(27);

const REASONS: Readonly<Record<DropReason, string>> = {
  replaced: 'a stronger layer replaces the whole field',
  storageType: 'a stronger layer has another storageType',
};

function shown(value: FieldValue): string {
  return printable(String(value), 120);
}

function describeStanding(
  portal: string,
  standing: Standing | undefined,
  history: PortalHistory | null | undefined,
  { now, paint, columns = Number.POSITIVE_INFINITY }: WhyLayout,
): string[] {
  const name = printable(portal, 70);
  const first = `${name}: `;
  if (!standing) {
    const why = history === undefined ? '--reports PLACE tells' : 'no report speaks of it';
    return [`${paint.bold(name)}: whether it has a backup is not known here: ${why}`];
  }
  const { seenAt, verdict, verdictAt, lastArchive, need } = standing;
  const isOlder = verdict !== null && verdictAt !== null && verdictAt !== seenAt;
  const word = need ? needTitle(need) : verdict === null || isOlder ? 'well, as far as was asked' : verdict;
  const parts = [
    printable(word, 80),
    ...(need?.since === undefined ? [] : [`since ${tellTime(need.since, now)}`]),
    `seen ${tellTime(seenAt, now)}`,
    ...(isOlder ? [`${printable(verdict, 40)} ${tellTime(verdictAt, now)}`] : []),
    ...(lastArchive === null ? [] : [`last archive ${tellTime(lastArchive, now)}`]),
    ...(history?.due ? [`next backup ${tellTime(history.due, now)}`] : []),
  ];
  const lines = fillLines(parts, { columns, first, indent: 2, between: ', ' });
  const [head = '', ...rest] = lines;
  const colour = need ? paint.red : paint.green;
  return [
    paint.bold(name) + head.slice(name.length).replace(printable(word, 80), colour),
    ...rest,
    ...(need ? fillText(need.todo, { columns, first: '  to do: ', indent: 9 }) : []),
  ];
}

function describeHistory(history: PortalHistory | null, { now, paint }: WhyLayout): string[] {
  if (!history) return ['  no report of this policy speaks of the portal'];
  return [
    ...describeShadowed(history.file, history.shadowed).map(
      (line) => `  ${paint.yellow(`${line}: ${DELETE_ONE}`)}`,
    ),
    `  next backup: ${history.due === null ? 'not known' : tellTime(history.due, now)}`,
    ...history.outcomes.map((outcome) => `  ${describePast(outcome, now, paint)}`),
  ];
}

function describePast({ startedAt, action, status, error }: PastOutcome, now: Date, paint: Colours): string {
  const what = `${tellTime(startedAt, now)} ${printable(status, 20)}, ${printable(action ?? 'not read', 20)}`;
  return error ? `${what}  ${paint.red(printable(error.code, 40))}: ${printable(error.message, 300)}` : what;
}
