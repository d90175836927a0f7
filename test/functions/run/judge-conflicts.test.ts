import { describe, expect, it } from 'vitest';
import { judgeConflicts } from '../../../functions/run/judge-conflicts.ts';

const NOW = new Date('2026-11-27T12:00:00Z');
const EARLY = '2026-11-01T00:00:00.000Z';
const LATE = '2026-11-02T00:00:00.000Z';

/** How `a`, and then how `b`, stands to the portal that both name. */
function judged(a: string | undefined, b: string | undefined) {
  const governedBy = (policy: string) => {
    const since = policy === 'a' ? a : b;
    return since === undefined ? undefined : new Map([['x', since]]);
  };
  const [mine, other] = [
    { policy: 'a', portals: ['own', 'x'] },
    { policy: 'b', portals: ['x', 'its'] },
  ];
  return [judgeConflicts(mine, [other], governedBy, NOW), judgeConflicts(other, [mine], governedBy, NOW)];
}

const keeps = (a: string | undefined, b: string | undefined) =>
  judged(a, b).map(({ refused, kept }) => [...refused.keys(), ...[...kept.keys()].map((name) => `+${name}`)]);

const [ITS, NOT_ITS] = [['+x'], ['x']];

describe('a portal that two policies name', () => {
  it.each<[string, string | undefined, string | undefined, string[][]]>([
    ['neither governs it', undefined, undefined, [NOT_ITS, NOT_ITS]],
    ['the first one governs it', LATE, undefined, [ITS, NOT_ITS]],
    ['the second one governs it', undefined, LATE, [NOT_ITS, ITS]],
    ['both do, the first one for longer', EARLY, LATE, [ITS, NOT_ITS]],
    ['both do, the second one for longer', LATE, EARLY, [NOT_ITS, ITS]],
    [
      'both do for longer than their texts compare',
      '2026-11-01T00:00:00Z',
      '2026-11-01T00:00:00.5Z',
      [ITS, NOT_ITS],
    ],
    ['both began at the same instant', EARLY, EARLY, [ITS, NOT_ITS]],
    ['the only start is in the future', '2999-01-01T00:00:00.000Z', undefined, [NOT_ITS, NOT_ITS]],
    ['one start is in the future', '2999-01-01T00:00:00.000Z', LATE, [NOT_ITS, ITS]],
    ['a start is no time', '1', LATE, [NOT_ITS, ITS]],
    ['no start is a time', 'long ago', '', [NOT_ITS, NOT_ITS]],
  ])('where %s', (_, a, b, whose) => {
    expect(keeps(a, b)).toEqual(whose);
  });

  it('is told in both, with whose it is', () => {
    const [first, second] = judged(EARLY, undefined);
    expect(first?.kept.get('x')).toEqual({
      code: 'CONFLICT',
      message:
        'named by "b", too, which gets no request to it: this policy governs it; keep it in one of them',
    });
    expect(second?.refused.get('x')).toMatchObject({
      code: 'CONFLICT',
      retryable: false,
      message: 'named by 2 policies ("b", "a"); "a" governs it, and keeps it: keep it in one of them',
    });
    expect(judged(undefined, undefined)[0]?.refused.get('x')?.message).toBe(
      'named by 2 policies ("a", "b"): keep it in one of them',
    );
  });
});
