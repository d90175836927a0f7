import { docs, type FieldDocs, type JsonSchema } from './field-docs.ts';

/** Hours that a backup may begin at: both ends are in it, and it may cross midnight (22 to 4). */
export type HourWindow = { readonly from: number; readonly to: number };

/** One hour, or a window of them: `{ from: 1, to: 5 }`. */
export type HoursField<One = unknown> = {
  readonly kind: 'hours';
  readonly schema: JsonSchema;
  /** How a single hour is read. */
  readonly one: One;
};

/** @param one the field for a single hour, which both ends of a window are, too */
export function hours<One extends { readonly schema: JsonSchema }>(
  one: One,
  words: FieldDocs,
): HoursField<One> {
  const [hour = {}] = (one.schema.anyOf ?? []) as readonly JsonSchema[];
  const end = (words: FieldDocs) => ({ ...hour, ...words });
  const window = {
    description: 'A window: each portal has an hour of its own in it.',
    type: 'object',
    required: ['from', 'to'],
    additionalProperties: false,
    properties: {
      from: end(docs('from', 'The first hour of the window.', 'from: 1')),
      to: end(docs('to', 'The last hour of it; below the first one it is that of the next day.', 'to: 5')),
    },
  };
  return { kind: 'hours', one, schema: { ...words, anyOf: [hour, window] } };
}

/** The hours of a window, in its order. */
export function hoursIn({ from, to }: HourWindow): readonly number[] {
  const length = ((to - from + 24) % 24) + 1;
  return Array.from({ length }, (_, at) => (from + at) % 24);
}

/** As it is told: `3`, or `1 to 5`. */
export function sayHour(hour: number | HourWindow | undefined): number | string | undefined {
  return typeof hour === 'object' ? `${hour.from} to ${hour.to}` : hour;
}

export function isInWindow(hour: number, window: HourWindow): boolean {
  return hoursIn(window).includes(hour);
}
