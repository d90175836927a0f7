/** When backups run, as a policy says it. */
import { choice, hint, type Reading, type ScalarField, type Written, wholeNumber } from './field.ts';
import { docs } from './field-docs.ts';
import { hours } from './hour-window.ts';
import { didYouMean } from './near-name.ts';
import { nearDay, nearHour, nearPeriod } from './near-values.ts';
import { PERIODS } from './schedule.ts';

export const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** A day as written: `named` tells Sunday from 1, which only EveryWeek takes for the same. */
export type Day = { readonly number: number; readonly named: boolean };

/** Which fields a day goes with is for a rule to say: it depends on the period. */
const day: ScalarField<Day> = {
  kind: 'scalar',
  schema: docs(
    'day',
    'The day of the week or the month. EveryWeek: an English weekday, or 1 (Sunday) to 7. EveryMonth: 1 to 31; a month without that day is skipped. EveryDay has none.',
    'day: Sunday',
  ),
  read: readDay,
};

const HOUR = docs(
  'hour',
  "Full hour, 0 to 23, in the portal's own time zone; of a dump, in UTC. Or a window, { from: 1, to: 5 }, over which portals are spread: one that has an hour of it keeps that.",
  'hour: 3',
);

export const CRON_FIELDS = {
  period: choice(PERIODS, docs('period', 'How often backups run.', 'period: EveryDay'), {
    values: {
      EveryDay: 'Every day at the hour.',
      EveryWeek: 'Once a week; needs a day.',
      EveryMonth: 'Once a month; needs a day, and months without that day are skipped.',
    },
    numbered: true,
    near: nearPeriod,
  }),
  hour: hours(wholeNumber(0, 23, HOUR, nearHour), HOUR),
  day,
};

// --- internal ---

function readDay(written: Written): Reading<Day> {
  const { value, text: source } = written;
  if (typeof value === 'number' && Number.isInteger(value)) {
    return { value: { number: value + 0, named: false } };
  }
  const wanted = 'must be a weekday (Sunday to Saturday) or a whole number';
  if (typeof value !== 'string') return { problem: `${wanted}${hint(written)}` };
  const index = (WEEKDAYS as readonly string[]).indexOf(source);
  if (index >= 0) return { value: { number: index + 1, named: true } };
  const near = didYouMean(source, WEEKDAYS);
  return { problem: `${wanted}${near === '' ? hint(written, (text) => nearDay(text, WEEKDAYS)) : near}` };
}
