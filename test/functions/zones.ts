import fc from 'fast-check';

/** Zones with all that zones do: far from UTC, by quarters and halves of an hour, and with days that were skipped. */
export const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Pacific/Kiritimati',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
];

export const anyZone = fc.constantFrom(...ZONES);

const HOUR = 3_600_000;

/** Around these, in one zone or another, the clocks are changed. */
const SWITCHES = [
  '2026-03-08T05:30:00Z',
  '2026-03-29T01:00:00Z',
  '2026-04-04T15:00:00Z',
  '2026-10-03T15:30:00Z',
  '2026-10-25T01:00:00Z',
  '2026-11-01T04:30:00Z',
  '2011-12-30T10:00:00Z',
].map((time) => Date.parse(time));

/** Any instant of twenty years, to the second, and often one near a change of the clocks. */
export const anyInstant = fc.oneof(
  fc.integer({ min: Date.parse('2011-01-01') / 1000, max: Date.parse('2031-01-01') / 1000 }).map(toDate),
  fc
    .tuple(fc.constantFrom(...SWITCHES), fc.integer({ min: -36 * HOUR, max: 36 * HOUR }))
    .map(([time, distance]) => toDate(Math.floor((time + distance) / 1000))),
);

// --- internal ---

function toDate(seconds: number): Date {
  return new Date(seconds * 1000);
}
