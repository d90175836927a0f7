import { WEEKDAYS } from '../model/cron-fields.ts';
import { type JsonSchema, never, when, wordsSchema } from '../model/field-docs.ts';
import { wordOrNumber } from './word-or-number.ts';

/**
 * Which day goes with which period.
 * @param day what a day is, whatever the period
 * @param isNeeded whether it must stand here, where the period asks for one
 */
export function dayFitsPeriod(day: JsonSchema, isNeeded: boolean): readonly JsonSchema[] {
  const weekday = { title: 'day', ...wordsSchema(WEEKDAY_DOCS) };
  const number = (minimum: number, maximum: number, description: string) => ({
    ...{ description, type: 'integer', minimum, maximum },
  });
  const needs = isNeeded ? { required: ['day'] } : {};
  const proposed = (...anyOf: JsonSchema[]) => ({ properties: { day: { ...day, anyOf } } });
  const noDay = {
    ...when({ not: { type: 'integer', minimum: 0, maximum: 0 } }, never('EveryDay has no day: drop it.')),
    doNotSuggest: true,
  };
  return [
    whenPeriod('EveryDay', 0, { properties: { day: noDay } }),
    whenPeriod('EveryWeek', 1, { ...proposed(weekday, number(1, 7, '1 is Sunday, 7 Saturday.')), ...needs }),
    whenPeriod('EveryMonth', 2, {
      ...proposed(number(1, 31, 'A month without that day is skipped.')),
      ...needs,
    }),
    when(
      { not: { required: ['period'] } },
      proposed(weekday, number(0, 31, 'A day of the week or the month.')),
    ),
  ];
}

// --- internal ---

const WEEKDAY_DOCS = Object.fromEntries(WEEKDAYS.map((day, at) => [day, `${at + 1} to the API.`]));

function whenPeriod(period: string, index: number, then: JsonSchema): JsonSchema {
  return when({ properties: { period: wordOrNumber([period], index) }, required: ['period'] }, then);
}
