import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkGuards,
  isGuarded,
  limitInNumbers,
  stricterGuard,
} from '../../../functions/fleet/check-guards.ts';
import type { Effect } from '../../../functions/model/effect.ts';
import {
  DEFAULT_GUARD,
  type Guard,
  type Limit,
  NOTHING_SAID,
  parseLimit,
} from '../../../functions/model/guard.ts';
import type { HeldChange } from '../../../functions/model/planned-change.ts';

function limit(text: string): Limit {
  const found = parseLimit(text);
  if (!found) throw new Error(`${text} is no limit`);
  return found;
}

const guardOf = (limits: Partial<Record<keyof Guard, string>>): Guard => ({
  ...DEFAULT_GUARD,
  ...Object.fromEntries(Object.entries(limits).map(([name, text]) => [name, limit(text)])),
});

const changes = (count: number, effect: Effect, runsAtOnce = false): HeldChange[] =>
  Array.from({ length: count }, (_, index) => ({ portal: `${effect}-${index}`, effect, runsAtOnce }));

describe('a limit lets through', () => {
  it.each([
    ['10%', 100, 10],
    ['10%', 109, 10],
    ['10%', 10, 1],
    ['10%', 9, 1],
    ['10%', 1, 1],
    ['1%', 99, 0],
    ['0%', 5, 0],
    ['50%', 9, 4],
    ['100%', 7, 7],
    ['29%', 100, 29],
    ['3', 2, 3],
    ['0', 100, 0],
  ])('%s of %i portals: %i', (text, portals, allowed) => {
    expect(limitInNumbers(limit(text), portals)).toBe(allowed);
  });
});

describe('guards', () => {
  it('name what goes over them, how many, and the portals', () => {
    const held = [...changes(11, 'weaken'), ...changes(2, 'remove')];
    expect(checkGuards({ portals: 100, held, changes: 13, guard: DEFAULT_GUARD })).toEqual([
      { guard: 'maxWeaken', limit: 10, count: 11, portals: held.slice(0, 11).map(({ portal }) => portal) },
    ]);
  });

  it.each<[string, HeldChange[], Partial<Record<keyof Guard, string>>, string[]]>([
    ['nothing', [], {}, []],
    ['nothing at all allowed, nothing planned', [], { maxChange: '0', maxWeaken: '0' }, []],
    ['ten weaken', changes(10, 'weaken'), {}, []],
    ['twenty weaken', changes(20, 'weaken'), {}, ['maxWeaken']],
    ['twenty removals', changes(20, 'remove'), {}, ['maxRemove']],
    ['twenty of each', [...changes(20, 'weaken'), ...changes(20, 'remove')], {}, ['maxWeaken', 'maxRemove']],
    ['ten of each', [...changes(10, 'weaken'), ...changes(10, 'remove')], {}, []],
    ['all for the better', changes(100, 'strengthen', true), {}, []],
    ['five changes of four', changes(5, 'strengthen'), { maxChange: '4' }, ['maxChange']],
    ['half run at once', changes(50, 'neutral', true), { maxRunAtOnce: '49%' }, ['maxRunAtOnce']],
    ['half could run at once', changes(50, 'neutral'), { maxRunAtOnce: '49%' }, []],
    ['one removal, none allowed', changes(1, 'remove'), { maxRemove: '0' }, ['maxRemove']],
  ])('%s', (_, held, limits, exceeded) => {
    const found = checkGuards({ portals: 100, held, changes: held.length, guard: guardOf(limits) });
    expect(found.map(({ guard }) => guard)).toEqual(exceeded);
  });

  it('let one portal of a small fleet through, and not two', () => {
    const check = (count: number) =>
      checkGuards({ portals: 5, held: changes(count, 'weaken'), changes: count, guard: DEFAULT_GUARD });
    expect(check(1)).toEqual([]);
    expect(check(2)).toMatchObject([{ guard: 'maxWeaken', limit: 1, count: 2 }]);
  });

  it('count changes that were not held against maxChange, too', () => {
    const found = checkGuards({ portals: 100, held: [], changes: 3, guard: guardOf({ maxChange: '2' }) });
    expect(found).toEqual([{ guard: 'maxChange', limit: 2, count: 3, portals: [] }]);
  });
});

describe('a change is held', () => {
  it.each<[Effect, Partial<Record<keyof Guard, string>>, boolean]>([
    ['weaken', {}, true],
    ['remove', {}, true],
    ['remove', { maxRemove: '100%', maxWeaken: '100%' }, true],
    ['strengthen', {}, false],
    ['neutral', {}, false],
    ['neutral', { maxChange: '99%' }, true],
    ['strengthen', { maxRunAtOnce: '99%' }, true],
    ['strengthen', { maxChange: '49' }, true],
    ['strengthen', { maxChange: '50', maxRunAtOnce: '51' }, false],
  ])('%s under %j: %s', (effect, limits, held) => {
    expect(isGuarded(effect, guardOf(limits), 50)).toBe(held);
  });

  it('wherever a guard could stop it', () => {
    const anyLimit = fc.oneof(
      fc.nat(12).map((value): Limit => ({ kind: 'count', value })),
      fc.nat(100).map((value): Limit => ({ kind: 'percent', value })),
    );
    const anyGuard = fc.record({
      maxWeaken: anyLimit,
      maxRemove: anyLimit,
      maxChange: anyLimit,
      maxRunAtOnce: anyLimit,
    });
    const anyEffect = fc.constantFrom<Effect>('strengthen', 'neutral', 'weaken', 'remove');
    const anyChange = fc.record({ effect: anyEffect, runsAtOnce: fc.boolean() });
    fc.assert(
      fc.property(anyGuard, fc.array(anyChange, { minLength: 1, maxLength: 12 }), (guard, planned) => {
        const portals = 12;
        const all = planned.map((change, index) => ({ portal: `p${index}`, ...change }));
        const held = all.filter(({ effect }) => isGuarded(effect, guard, portals));
        const exceeded = checkGuards({ portals, held, changes: all.length, guard });
        expect(exceeded).toEqual(checkGuards({ portals, held: all, changes: all.length, guard }));
      }),
    );
  });
});

describe('the guard of a policy and of a deployment', () => {
  it.each([
    [undefined, undefined, '10%'],
    ['50%', undefined, '50%'],
    [undefined, '50%', '50%'],
    ['5%', '50%', '5%'],
    ['50%', '5%', '5%'],
    ['50%', '30', '30'],
    ['20%', '30', '20%'],
    ['0', '0%', '0'],
  ])('%s and %s: %s', (ours, theirs, result) => {
    const said = (text: string | undefined) => ({ ...NOTHING_SAID, maxWeaken: text && limit(text) }) as never;
    expect(stricterGuard(said(ours), said(theirs), 100).maxWeaken).toEqual(limit(result));
  });
});
