import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBackupBook, runLooks } from '../../../local/docspace/backup-book.ts';
import type { StoredCron, StoredSchedule } from '../../../local/docspace/stored-schedule.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 1440 * MINUTE;

/** Zones that turn their clocks by an hour, half an hour and two, at odd times, or not at all; both ends of the earth. */
const ZONES = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Havana',
  'Europe/Berlin',
  'Atlantic/Azores',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Antarctica/Troll',
];

const formats = new Map<string, Intl.DateTimeFormat>();

function shownIn(timeZone: string, time: number): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  formats.set(timeZone, format);
  return Date.parse(`${format.format(time).replace(' ', 'T')}Z`);
}

const anyCron: fc.Arbitrary<StoredCron> = fc.integer({ min: 0, max: 23 }).chain((hour) =>
  fc.oneof(
    fc.constant({ period: 0, hour, day: 0 }),
    fc.integer({ min: 1, max: 7 }).map((day) => ({ period: 1, hour, day })),
    fc.integer({ min: 1, max: 31 }).map((day) => ({ period: 2, hour, day })),
  ),
);

/** Any time of two years, often near a change of the clocks somewhere. */
const anyStart = fc.oneof(
  fc.integer({ min: Date.parse('2026-01-01') / MINUTE, max: Date.parse('2028-01-01') / MINUTE }),
  fc
    .tuple(
      fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-04', '2026-10-04', '2026-10-25', '2026-11-01'),
      fc.integer({ min: -4 * 1440, max: 1440 }),
    )
    .map(([day, minutes]) => Date.parse(day) / MINUTE + minutes),
);

describe('the scheduler', () => {
  it('does what one does that looks every quarter of an hour, and asks for nothing else', () => {
    const anyCase = fc.record({
      cron: anyCron,
      timezone: fc.constantFrom(...ZONES),
      start: anyStart,
      ranBefore: fc.option(fc.integer({ min: 0, max: 70 * 1440 })),
      days: fc.integer({ min: 1, max: 40 }),
      offset: fc.constantFrom(0, 0, 7 * MINUTE, QUARTER - 1000),
    });
    fc.assert(
      fc.property(anyCase, ({ cron, timezone, start, ranBefore, days, offset }) => {
        const from = start * MINUTE;
        const until = from + days * DAY;
        const last = ranBefore === null ? undefined : from - ranBefore * MINUTE;
        expect(fastRuns({ cron, timezone, from, until, last, offset })).toEqual(
          plainRuns({ cron, timezone, from, until, last, offset }),
        );
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it.each(ZONES.filter((zone) => changesOf(zone).length > 0))(
    'does so at each hour around each change of the clocks in %s',
    (timezone) => {
      for (const change of changesOf(timezone))
        for (let hour = 0; hour < 24; hour += 1)
          for (const last of [undefined, change - 2 * DAY]) {
            const [from, until] = [change - 1.5 * DAY, change + 1.5 * DAY];
            const one = { cron: { period: 0, hour, day: 0 }, timezone, from, until, last, offset: 0 };
            expect({ hour, change, runs: fastRuns(one) }).toEqual({ hour, change, runs: plainRuns(one) });
          }
    },
  );

  it('is not misled by how far it is told to go at once', () => {
    const anyCase = fc.record({ cron: anyCron, timezone: fc.constantFrom(...ZONES), start: anyStart });
    fc.assert(
      fc.property(anyCase, fc.infiniteStream(fc.integer({ min: 1, max: 3 * 1440 })), (one, steps) => {
        const from = one.start * MINUTE;
        const book = bookWith(one.cron, from, undefined);
        const options = optionsFor(one.timezone, 0);
        const until = from + 60 * DAY;
        for (let now = from; now < until; ) {
          now = Math.min(until, now + (steps.next().value ?? 1) * MINUTE);
          runLooks(book, options, new Date(now));
        }
        const once = fastRuns({ ...one, from, until, last: undefined, offset: 0 });
        expect(book.backupsStarted.map(({ at }) => at.toISOString())).toEqual(once);
      }),
      { numRuns: 50 },
    );
  }, 120_000);
});

/** The days of 2026 and 2027 on which the clocks of a zone are changed. */
function changesOf(timezone: string): number[] {
  const changes: number[] = [];
  const ahead = (time: number) => shownIn(timezone, time) - time;
  for (let day = Date.parse('2026-01-01'); day < Date.parse('2028-01-01'); day += DAY)
    if (ahead(day) !== ahead(day + DAY)) changes.push(day);
  return changes;
}

type Case = {
  cron: StoredCron;
  timezone: string;
  from: number;
  until: number;
  last: number | undefined;
  offset: number;
};

function bookWith(cron: StoredCron, from: number, last: number | undefined) {
  const book = createBackupBook();
  const schedule: StoredSchedule = {
    storageType: 4,
    storageParams: {},
    basePath: null,
    backupsStored: 30,
    cron,
    dump: false,
    postedAt: new Date(from),
    lastBackupTime: last === undefined ? undefined : new Date(last),
  };
  book.schedule = schedule;
  return book;
}

function optionsFor(timezone: string, lookOffsetMs: number) {
  const clock = { now: () => new Date(0), lookOffsetMs };
  return { clock, name: 'acme', timezone, billingError: false };
}

function fastRuns({ cron, timezone, from, until, last, offset }: Case): string[] {
  const book = bookWith(cron, from, last);
  runLooks(book, optionsFor(timezone, offset), new Date(until));
  return book.backupsStarted.map(({ at }) => at.toISOString());
}

/**
 * The vendor's rule as it is written (Schedule.cs:39-70), each quarter of an hour, with dates as texts: nothing of the
 * local portal's own is used here.
 */
function plainRuns({ cron, timezone, from, until, last, offset }: Case): string[] {
  const runs: string[] = [];
  let lastBackup = last;
  for (let look = Math.floor(from / QUARTER) * QUARTER + offset - QUARTER; look <= until; look += QUARTER) {
    if (look <= from) continue;
    const start =
      lastBackup === undefined
        ? Date.parse(`${new Date(look).toISOString().slice(0, 10)}T00:00:00Z`) - 1000
        : shownIn(timezone, lastBackup);
    if (plainNext(cron, start) > shownIn(timezone, look)) continue;
    runs.push(new Date(look).toISOString());
    lastBackup = look;
  }
  return runs;
}

/** Hour by hour, until one fits. */
function plainNext({ period, hour, day }: StoredCron, after: number): number {
  let time = Math.floor(after / 3_600_000) * 3_600_000 + 3_600_000;
  for (; ; time += 3_600_000) {
    const date = new Date(time);
    if (date.getUTCHours() !== hour) continue;
    if (period === 1 && date.getUTCDay() !== day - 1) continue;
    if (period === 2 && date.getUTCDate() !== day) continue;
    return time;
  }
}
