import { printable } from '../../functions/model/printable.ts';
import type { DropReason, Explanation, FieldPlace, FieldValue } from '../../functions/policy/explanation.ts';
import type { Colours } from '../words/colours.ts';
import type { PastOutcome, PortalHistory } from './portal-history.ts';
import type { PolicyAnswer } from './read-answers.ts';

/** One portal's schedule for people: a line for each field, with the place in the file that it comes from. */
export function describeWhy(
  portal: string,
  { policy, file, history }: PolicyAnswer,
  explanation: Explanation,
  paint: Colours,
): string {
  const { line, column, profile, state, fields, dropped } = explanation;
  const place = (at: FieldPlace) =>
    `${printable(file)}:${at.line}:${at.column} (${at.layer}${at.profile === undefined ? '' : ` ${printable(at.profile, 64)}`})`;
  const tier = profile === undefined ? '' : `, profile ${printable(profile, 64)}`;
  return [
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
    ...(history === undefined ? [] : describeHistory(history, paint)),
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

function describeHistory(history: PortalHistory | null, paint: Colours): string[] {
  if (!history) return ['  no report of this policy speaks of the portal'];
  return [
    `  next backup: ${history.due === null ? 'not known' : printable(history.due, 40)}`,
    ...history.outcomes.map((outcome) => `  ${describePast(outcome, paint)}`),
  ];
}

function describePast({ startedAt, action, status, error }: PastOutcome, paint: Colours): string {
  const what = `${startedAt} ${printable(status, 20)}, ${printable(action ?? 'not read', 20)}`;
  return error ? `${what}  ${paint.red(printable(error.code, 40))}: ${printable(error.message, 300)}` : what;
}
