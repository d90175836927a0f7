import { describe, expect, test } from 'vitest';
import { AddressLimit } from '../../../functions/docspace/address-limit.ts';
import { openAddressTurns, type Turn } from '../../../functions/docspace/address-turns.ts';

/** A server that is asked as often as the limit says, again and again. */
function ask(
  limit: AddressLimit,
  msAt: (open: number) => number,
  answers = 2_000,
  isRefusal = false,
): number {
  for (let answer = 0; answer < answers; answer++) limit.answered(msAt(limit.now), isRefusal, limit.now);
  return limit.now;
}

describe('the connections of one address', () => {
  test('begin with 64, and never are more than is said', () => {
    expect(new AddressLimit(128).now).toBe(64);
    expect(new AddressLimit(10).now).toBe(10);
    expect(ask(new AddressLimit(128), () => 50)).toBe(128);
    expect(ask(new AddressLimit(10), () => 50)).toBe(10);
  });

  test('are fewer where answers get slow with their number', () => {
    // 20 ms of work an answer, one after the other.
    expect(ask(new AddressLimit(128), (open) => 20 * open, 8)).toBe(64);
    const limit = new AddressLimit(128);
    limit.answered(20, false, 1);
    expect(ask(limit, (open) => 20 * open)).toBeLessThan(20);
  });

  test('are fewer where it asks for fewer requests, and never so few that a run gets endless', () => {
    expect(ask(new AddressLimit(128), () => 50, 2_000, true)).toBe(16);
    expect(ask(new AddressLimit(4), () => 50, 2_000, true)).toBe(4);
  });

  test('stay where it is slow from the first', () => {
    expect(ask(new AddressLimit(128), () => 4_000)).toBe(128);
  });

  test('are more again when it has recovered', () => {
    const limit = new AddressLimit(128);
    ask(limit, () => 50);
    expect(ask(limit, () => 5_000)).toBe(16);
    expect(ask(limit, () => 50)).toBe(128);
  });

  test('are not more where they are not used', () => {
    const limit = new AddressLimit(128);
    for (let answer = 0; answer < 500; answer++) limit.answered(50, false, 3);
    expect(limit.now).toBe(64);
  });
});

describe('turns', () => {
  const taken = (claim: ReturnType<ReturnType<typeof openAddressTurns>['take']>): Turn => {
    if ('coming' in claim) throw new Error('it has to wait');
    return claim;
  };
  const turnOfTheLoop = () => new Promise(setImmediate);

  test('of an address come in their order, those of portals that have started first; another address is not held up', async () => {
    const turns = openAddressTurns(1);
    const first = taken(turns.take('192.0.2.1', false));
    const got: string[] = [];
    const wait = (name: string, isReturning: boolean) => {
      const claim = turns.take('192.0.2.1', isReturning);
      if (!('coming' in claim)) throw new Error('it has not to wait');
      void claim.coming.then((turn) => {
        got.push(name);
        turn.end();
        turn.end();
      });
      return claim;
    };
    wait('new', false);
    wait('given up', true).cancel();
    wait('returning', true);
    taken(turns.take('192.0.2.2', false)).end();
    await turnOfTheLoop();
    expect(got).toEqual([]);
    first.end();
    await turnOfTheLoop();
    await turnOfTheLoop();
    expect(got).toEqual(['returning', 'new']);
    taken(turns.take('192.0.2.1', false));
  });
});
