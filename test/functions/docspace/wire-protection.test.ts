import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  historyFromWire,
  keyInfoFromWire,
  settingsFromWire,
} from '../../../functions/docspace/wire-protection.ts';
import { timeFromWire } from '../../../functions/docspace/wire-time.ts';

const wrap = (response: unknown, count = 1) => ({ response, count, links: [], status: 0, statusCode: 200 });

describe('a time on the wire', () => {
  test.each<[unknown, string | undefined | null]>([
    ['2026-03-04T05:00:00.0000000+01:00', '2026-03-04T04:00:00.000Z'],
    ['2026-03-04T05:00:00.1239999-03:30', '2026-03-04T08:30:00.123Z'],
    ['2026-03-04T05:00:00', '2026-03-04T05:00:00.000Z'],
    ['2026-03-04T05:00:00.5', '2026-03-04T05:00:00.500Z'],
    ['2026-03-04T05:00:00Z', '2026-03-04T05:00:00.000Z'],
    [{ utcTime: '2026-03-04T05:00:00.0000000Z', timeZoneOffset: '05:45:00' }, '2026-03-04T05:00:00.000Z'],
    ['0001-01-01T00:00:00', undefined],
    ['0001-01-01T00:00:00.0000000+00:00', undefined],
    [{ utcTime: '0001-01-01T00:00:00.0000000Z', timeZoneOffset: '00:00:00' }, undefined],
    [null, undefined],
    [undefined, undefined],
    ['', null],
    ['yesterday', null],
    ['2026-03-04', null],
    ['2026-13-04T05:00:00', null],
    ['2026-03-04T05:00:00Z\n', null],
    [1772600400, null],
    [{}, null],
    [{ utcTime: 5 }, null],
    [[], null],
  ])('%j is %j', (value, time) => {
    const found = timeFromWire(value);
    expect(found instanceof Date ? found.toISOString() : found).toBe(time);
  });
});

describe('a history', () => {
  const archive = { id: 'x', fileName: 'x.tar.gz', createdOn: '2026-03-04T05:00:00' };

  test('holds archives, whatever else they say', () => {
    const response = [{ ...archive, expiresOn: '0001-01-01T00:00:00', more: true }, archive];
    const stays = { createdOn: new Date('2026-03-04T05:00:00Z'), expiresOn: undefined };
    expect(historyFromWire(wrap(response, 2))).toEqual({ value: [stays, stays] });
    expect(historyFromWire(wrap([], 0))).toEqual({ value: [] });
    expect(historyFromWire(wrap(undefined, 0))).toEqual({ value: [] });
  });

  test.each([
    ['no envelope', {}],
    ['another status', { ...wrap([]), statusCode: 500 }],
    ['nothing, and not said so', wrap(undefined)],
    ['no list', wrap({})],
    ['an archive that is none', wrap([5])],
    ['an archive without its time', wrap([{ id: 'x' }])],
    ['an archive of the year 1', wrap([{ createdOn: '0001-01-01T00:00:00' }])],
    ['an archive that goes at no time', wrap([{ ...archive, expiresOn: 'later' }])],
  ])('is foreign with %s', (_, body) => {
    expect(historyFromWire(body)).toHaveProperty('foreign');
  });
});

describe('settings', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['Mars/Olympus', undefined],
    [`Europe/Berlin${' '.repeat(100)}`, undefined],
    [5, undefined],
    [null, undefined],
  ])('with the zone %j tell %s', (timezone, told) => {
    expect(settingsFromWire(wrap({ timezone }))).toMatchObject({ value: { timezone: told } });
  });

  test('tell what sort of server it is and how its portal stands, where they do', () => {
    const said = { timezone: 'UTC', standalone: false, tenantStatus: 1, version: '3.7.2' };
    expect(settingsFromWire(wrap({ ...said, socketUrl: '/socket' }))).toEqual({ value: said });
    const nothing = {
      timezone: undefined,
      standalone: undefined,
      tenantStatus: undefined,
      version: undefined,
    };
    expect(settingsFromWire(wrap({}))).toEqual({ value: nothing });
    const odd = { timezone: {}, standalone: 'no', tenantStatus: 1.5, version: 'x'.repeat(65) };
    expect(settingsFromWire(wrap(odd))).toEqual({ value: nothing });
    expect(settingsFromWire(wrap({ version: '3\u001b[2J' }))).toMatchObject({
      value: { version: '3\\u{1b}[2J' },
    });
  });

  test('are foreign without a response', () => {
    expect(settingsFromWire(wrap(undefined, 0))).toHaveProperty('foreign');
    expect(settingsFromWire(wrap([1]))).toHaveProperty('foreign');
  });
});

describe('a key', () => {
  test('has every right where it says none, and is active where it does not say', () => {
    const said = { value: { expiresAt: undefined, scope: 'full', isActive: true } };
    expect(keyInfoFromWire(wrap({}))).toEqual(said);
    expect(keyInfoFromWire(wrap({ expiresAt: null, permissions: null, isActive: null }))).toEqual(said);
  });

  test('may have no entry', () => {
    expect(keyInfoFromWire(wrap(undefined, 0))).toEqual({ value: undefined });
  });

  test('is foreign with an end or scopes that are none', () => {
    expect(keyInfoFromWire(wrap({ expiresAt: 'soon' }))).toHaveProperty('foreign');
    expect(keyInfoFromWire(wrap({ permissions: 'all' }))).toHaveProperty('foreign');
    expect(keyInfoFromWire(wrap(undefined))).toHaveProperty('foreign');
  });
});

test('whatever an answer holds, it is understood or foreign', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.anything().map((response) => wrap(response)),
      ),
      (body) => {
        for (const parse of [historyFromWire, settingsFromWire, keyInfoFromWire]) {
          const said = parse(body);
          expect('value' in said || typeof said.foreign === 'string').toBe(true);
        }
      },
    ),
  );
});
