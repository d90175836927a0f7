import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DayLetter,
  type Days,
  daysAsLetters,
  foldDays,
  letterOf,
  MOST_DAYS,
} from '../../../functions/report/fold-days.ts';

const day = (number: number, hour = 9) => new Date(Date.UTC(2026, 0, 1 + number, hour));
const saw = (letters: Record<string, DayLetter>) => new Map(Object.entries(letters));

describe('the memory of days', () => {
  test('counts days that are alike, oldest first, and ends with today', () => {
    let days: Days | undefined;
    for (let at = 0; at < 14; at++) days = foldDays(days, saw({ acme: 'p' }), day(at));
    days = foldDays(days, saw({ acme: 'b' }), day(14));
    expect(days).toEqual({ schema: 1, until: '2026-01-15', portals: { acme: 'p14b1' } });
  });

  test('a day has its last verdict, and days on which nobody asked say so', () => {
    const first = foldDays(undefined, saw({ acme: 'b', globex: 'u' }), day(0, 1));
    const second = foldDays(first, saw({ acme: 'p' }), day(0, 13));
    expect(second.portals).toEqual({ acme: 'p1', globex: 'u1' });
    const third = foldDays(second, saw({ acme: 'n' }), day(4));
    expect(third.portals).toEqual({ acme: 'p1-3n1', globex: 'u1-4' });
  });

  test('a day is UTC’s', () => {
    const evening = foldDays(undefined, saw({ acme: 'p' }), new Date('2026-03-01T23:59:59Z'));
    expect(foldDays(evening, saw({ acme: 'p' }), new Date('2026-03-02T00:00:00Z')).portals).toEqual({
      acme: 'p2',
    });
  });

  test('nothing from the future counts', () => {
    const ahead = { schema: 1, until: '2026-01-10', portals: { acme: 'p3b8' } } as const;
    expect(foldDays(ahead, saw({}), day(2)).portals).toEqual({ acme: 'p3b1' });
    const far = { schema: 1, until: '9999-12-31', portals: { acme: 'p400' } } as const;
    expect(foldDays(far, saw({ acme: 'b' }), day(2)).portals).toEqual({ acme: 'b1' });
  });

  test.each(['p', 'p0', 'x3', 'p1000', 'p-1', '3p', 'p1 b1', '__proto__'])('%s is no memory', (text) => {
    const days = { schema: 1, until: '2026-01-01', portals: { acme: text } } as const;
    expect(foldDays(days, saw({}), day(1)).portals).toEqual({});
    expect(daysAsLetters(text, 3)).toBe('---');
  });

  test('a portal may have any name', () => {
    const days = foldDays(undefined, new Map([['__proto__', 'p']]), day(0));
    expect(Object.entries(foldDays(days, new Map(), day(1)).portals)).toEqual([['__proto__', 'p1-1']]);
  });

  test('every verdict has its letter', () => {
    const verdicts = ['proven', 'never', 'late', 'claimed', 'unprotected', 'unknown', 'retired'] as const;
    expect(verdicts.map(letterOf).join('')).toBe('ppbbbun');
  });

  test('says what a plain list of days says', () => {
    const visit = fc.record({ later: fc.nat({ max: 130 }), letter: fc.constantFrom(...'pbun', undefined) });
    fc.assert(
      fc.property(fc.array(visit, { maxLength: 30 }), (visits) => {
        const plain: string[] = [];
        let days: Days | undefined;
        let at = 0;
        for (const { later, letter } of visits) {
          at += later;
          const seen = letter ? saw({ acme: letter as DayLetter }) : saw({});
          days = foldDays(days, seen, day(at));
          if (letter) plain[at] = letter;
        }
        const all = Array.from({ length: at + 1 }, (_, index) => plain[index] ?? '-').join('');
        expect(daysAsLetters(days?.portals.acme ?? '', MOST_DAYS)).toBe(
          all.slice(-MOST_DAYS).padStart(MOST_DAYS, '-'),
        );
      }),
    );
  });
});
