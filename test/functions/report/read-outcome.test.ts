import { describe, expect, it } from 'vitest';
import type { Observed, StoredOutcome } from '../../../functions/model/portal-memory.ts';
import { readOutcome, storedTime, untilWritten } from '../../../functions/report/read-outcome.ts';

const WRITTEN = new Date('2026-11-27T03:00:00.000Z');
const UNTIL = untilWritten(WRITTEN);
const read = (outcome: object) => readOutcome(structuredClone(outcome), UNTIL);

type All<T> = { readonly [Name in keyof T]-?: NonNullable<T[Name]> };

const OBSERVED: All<Observed> = {
  askedAt: '2026-11-26T03:00:00.000Z',
  lastBackup: '2026-11-26T03:00:00.000Z',
  archives: [{ createdOn: '2026-11-26T03:10:00.000Z', expiresOn: '2026-12-26T03:10:00.000Z' }],
  timezone: 'Europe/Berlin',
  standalone: false,
  tenantStatus: 0,
  keyAskedAt: '2026-11-26T03:00:00.000Z',
  keyMark: '0a1b',
  key: { expiresAt: '2027-11-26T03:00:00.000Z', scope: 'full', isActive: true },
  quota: { free: 2, used: 1, paid: false, askedAt: '2026-11-26T03:00:00.000Z' },
  unverified: { wish: '0123456789abcdef', shown: 'fedcba9876543210', at: '2026-11-25T03:00:00.000Z' },
  writtenAt: '2026-11-25T03:00:00.000Z',
};

/** Every member that a stored outcome can have: a new one does not compile before it is here. */
const OUTCOME: All<StoredOutcome> & Record<string, unknown> = {
  portal: 'acme',
  action: 'update',
  status: 'skipped',
  changes: [{ field: 'backupsStored', from: 7, to: 9 }],
  warnings: [{ code: 'RUNS_AT_ONCE', message: 'x' }],
  effect: 'weaken',
  held: true,
  selected: { line: 7 },
  mode: 'detect',
  firstRun: '2026-11-28T03:00:00.000Z',
  drift: { kind: 'edited', fields: ['backupsStored'] },
  protection: { verdict: 'late', lastBackup: null, lastArchive: null, due: '2026-11-28T03:00:00.000Z' },
  error: { code: 'CONTESTED', message: 'x', httpStatus: 404, retryable: false },
  requests: 3,
  attempts: 1,
  observed: OBSERVED,
  since: '2026-11-20T03:00:00.000Z',
  repairs: ['2026-11-24T03:00:00.000Z', '2026-11-25T03:00:00.000Z'],
  inPlace: true,
  contested: true,
  governedSince: '2026-11-20T03:00:00.000Z',
  target: '0123456789abcdef',
  needsSince: '2026-11-26T03:00:00.000Z',
};

/** What lies ahead by its nature. */
const AHEAD = ['firstRun', 'due', 'expiresAt', 'expiresOn'];

/** The paths of all members that are times. */
function timesIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => timesIn(inner, [...path, name]));
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((found, name) => (found as Record<string, unknown> | undefined)?.[name], value);
}

function withTime(path: readonly (string | number)[], time: string): object {
  const outcome = structuredClone(OUTCOME) as Record<string, unknown>;
  const parent = at(outcome, path.slice(0, -1)) as Record<string, unknown>;
  parent[String(path.at(-1))] = time;
  return outcome;
}

const TIMES = timesIn(OUTCOME)
  .filter((path) => !AHEAD.includes(String(path.at(-1))))
  .map((path) => [path.join('.'), path] as const);

describe('a stored outcome', () => {
  it('of ours is read as it is', () => {
    expect(read(OUTCOME)).toEqual(OUTCOME);
  });

  it('has times in all of these places', () => {
    expect(TIMES.length).toBeGreaterThanOrEqual(11);
  });

  it.each(TIMES)('keeps no time of the future as %s', (_, path) => {
    for (const time of [
      '9999-12-31T23:59:59.999Z',
      '2026-11-28T03:00:01.000Z',
      '+275760-09-13T00:00:00.000Z',
    ])
      expect(JSON.stringify(read(withTime(path, time)))).not.toContain(time);
    expect(at(read(withTime(path, '2026-11-26T04:00:00.000Z')), path)).toBe('2026-11-26T04:00:00.000Z');
  });

  it.each(TIMES)('keeps nothing that is no time of ours as %s', (_, path) => {
    for (const time of ['soon', '', '2026', 'Fri, 27 Nov 2020 00:00:00 GMT', '2026-99-99T00:00:00.000Z'])
      expect(at(read(withTime(path, time)), path)).not.toBe(time);
  });

  it('knows that clocks are not the same to the minute, and that a portal may have a wrong one', () => {
    expect(storedTime('2026-11-27T03:04:30.000Z', UNTIL)).toBeDefined();
    expect(storedTime('2026-11-27T03:06:00.000Z', UNTIL)).toBeUndefined();
    const portal = { ...OUTCOME, observed: { lastBackup: '2026-11-27T23:00:00.000Z' } };
    expect(read(portal)?.observed).toEqual(portal.observed);
  });

  const ODD = [null, 7, -1, 'x', '', true, false, [], {}, [null], [7], { kind: 7 }, { a: { b: [] } }];

  it.each(Object.keys(OUTCOME).filter((name) => name !== 'portal' && name !== 'status'))(
    'is none the worse for any %s',
    (name) => {
      for (const value of ODD) {
        const outcome = read({ ...OUTCOME, [name]: value });
        expect(outcome).toMatchObject({ portal: 'acme', status: 'skipped' });
        expect(Array.isArray(outcome?.changes) && Array.isArray(outcome.warnings)).toBe(true);
        expect(read(outcome ?? {})).toEqual(outcome);
      }
    },
  );

  it.each(Object.keys(OBSERVED))('is none the worse for any observed %s', (name) => {
    for (const value of [...ODD, 'Mars/Phobos', 'x'.repeat(100_000)]) {
      const outcome = read({ ...OUTCOME, observed: { ...OBSERVED, [name]: value } });
      const { [name as keyof Observed]: kept, ...rest } = outcome?.observed ?? {};
      const { [name as keyof Observed]: _, ...others } = OBSERVED;
      expect(rest).toEqual(others);
      if (name === 'timezone' && value !== null) expect(kept).toBeUndefined();
    }
  });

  it('carries nothing on in what was observed that it does not know', () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    const observed = { ...OBSERVED, later: deep, archives: [{ ...OBSERVED.archives[0], deep }], key: deep };
    const outcome = readWhole({ ...OUTCOME, observed });
    expect(JSON.stringify(outcome?.observed)).toBe(JSON.stringify({ ...OBSERVED, key: undefined }));
  });

  it('keeps what a later release wrote, but no time of the future', () => {
    const later = { word: 'soon', count: 3, toldAt: '2026-11-26T03:00:00.000Z' };
    expect(read({ ...OUTCOME, ...later })).toEqual({ ...OUTCOME, ...later });
    expect(read({ ...OUTCOME, ...later, toldAt: '9999-12-31T00:00:00.000Z' })).not.toHaveProperty('toldAt');
  });

  it('takes the earlier form of drift', () => {
    expect(read({ ...OUTCOME, drift: 'deleted' })?.drift).toEqual({ kind: 'deleted', fields: [] });
  });
});

/** Too deep for a copy. */
function readWhole(outcome: object) {
  return readOutcome(outcome, UNTIL);
}
