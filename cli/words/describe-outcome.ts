import type { Change, PortalOutcome } from '../../functions/model/outcome.ts';
import { printable } from '../../functions/model/printable.ts';
import { isBad, type Protection, type Verdict } from '../../functions/model/protection.ts';
import type { Colours } from './colours.ts';
import { tellMinute } from './tell-time.ts';

/** A portal's line, and below it what differs and what to beware of. */
export function describeOutcome(outcome: PortalOutcome, paint: Colours): string {
  const { portal, action, changes, warnings, protection, error, selected } = outcome;
  const why = error ? `  ${error.code}: ${error.message}` : '';
  const word = wordFor(outcome);
  const isOpen = INTENDED.has(word) && action !== null && action !== 'none';
  return [
    `  ${signOf(outcome, paint)} ${portal.padEnd(16)} ${word}${isOpen ? ` (to ${action})` : ''}${why}`,
    ...(selected && action !== 'none' ? [`      ${paint.dim(`selected by line ${selected.line}`)}`] : []),
    ...changes.map((change) => `      ${describeChange(change, paint)}`),
    ...describeFirstRun(outcome),
    ...(protection ? [`      ${describeProtection(protection, paint)}`] : []),
    ...warnings.map(({ code, message }) => `      ${paint.yellow(code)}: ${message}`),
  ].join('\n');
}

/** One word for how a portal ended. What was only planned never reads as if it were done. */
export function wordFor({ status, action, held, mode }: PortalOutcome): OutcomeWord {
  if (held) return 'held';
  if (status === 'failed' || status === 'skipped') return status;
  if (action === null) return 'failed';
  if (status === 'planned' && mode === 'detect' && action !== 'none') return 'only detected';
  return status === 'done' || action === 'none' ? DONE[action] : `to ${action}`;
}

/** In the order of a summary. */
export const OUTCOME_WORDS = [
  'to create',
  'to update',
  'to remove',
  'created',
  'updated',
  'removed',
  'unchanged',
  'only detected',
  'failed',
  'held',
  'skipped',
] as const;
export type OutcomeWord = (typeof OUTCOME_WORDS)[number];

/** A value as a plan shows it. */
export function shownValue(value: string | number | null): string {
  return printable(String(value), 120);
}

// --- internal ---

/** Words that leave open what would be done. */
const INTENDED: ReadonlySet<OutcomeWord> = new Set<OutcomeWord>(['failed', 'held', 'only detected']);

const DONE = { create: 'created', update: 'updated', remove: 'removed', none: 'unchanged' } as const;

function signOf({ action, status, held }: PortalOutcome, paint: Colours): string {
  if (status === 'skipped' || held) return paint.yellow('?');
  if (status === 'failed' || action === null) return paint.red('!');
  switch (action) {
    case 'create':
      return paint.green('+');
    case 'update':
      return paint.cyan('~');
    case 'remove':
      return paint.red('-');
    case 'none':
      return paint.dim('=');
  }
}

function describeChange({ field, from, to }: Change, paint: Colours): string {
  const name = field.padEnd(22);
  if (from === null) return `${name} ${paint.green(shownValue(to))}`;
  if (to === null) return `${name} ${paint.red(shownValue(from))} -> (none)`;
  return `${name} ${paint.red(shownValue(from))} -> ${paint.green(shownValue(to))}`;
}

/** Of a schedule that is written now, or would be; where it is refused, the refusal says it. */
function describeFirstRun({ status, firstRun }: PortalOutcome): string[] {
  if (firstRun === undefined || status === 'skipped' || status === 'failed') return [];
  const when = firstRun === null ? 'no backup within 400 days' : `first backup ${tellMinute(firstRun)}`;
  return [`      ${when}`];
}

function describeProtection(protection: Protection, paint: Colours): string {
  const { verdict, lastArchive, due, byHand } = protection;
  const made = `last archive ${tellMinute(lastArchive ?? '')}${byHand ? ', made by hand' : ''}`;
  const archive = lastArchive === null ? NO_ARCHIVE[verdict] : made;
  const word = isBad(protection) ? paint.red(verdict) : paint.green(verdict);
  return `${word}: ${archive}${due ? `, next backup ${tellMinute(due)}` : ''}`;
}

/** Where nobody looked, it is not said that there is none. */
const NO_ARCHIVE: Readonly<Record<Verdict, string>> = {
  proven: 'no archive',
  claimed: 'the server says that it ran, but there is no archive',
  late: 'no archive',
  never: 'no archive yet',
  unprotected: 'no schedule',
  unknown: 'could not be read',
  retired: 'no schedule, and none is wanted',
};
