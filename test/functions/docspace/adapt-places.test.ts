import { describe, expect, test } from 'vitest';
import {
  type Adapted,
  adaptPlaces,
  firstPlaces,
  LOAD_INTERVAL_MS,
  type Load,
} from '../../../functions/docspace/adapt-places.ts';

const MOST = 900;

/** A loop with nothing to do, and portals that want places. */
const IDLE: Load = {
  elapsedMs: LOAD_INTERVAL_MS,
  busyMs: 1,
  lagMs: 0,
  ended: 3,
  missed: 0,
  shortages: 0,
  working: 64,
  isWanted: true,
};
const BUSY: Partial<Load> = { busyMs: LOAD_INTERVAL_MS, ended: 120 };

function loaded(load: Partial<Load>, times = 1, from: Adapted = firstPlaces(MOST)): Adapted {
  let adapted = from;
  for (let time = 0; time < times; time++) adapted = adaptPlaces(adapted, { ...IDLE, ...load }, MOST);
  return adapted;
}

test('begins with 64, or with what the system allows', () => {
  expect(firstPlaces(MOST).places).toBe(64);
  expect(firstPlaces(20).places).toBe(20);
});

describe('there are more places', () => {
  test('within two seconds as many as the system allows, while the loop has nothing to do, and never more', () => {
    expect(loaded({}, 2_000 / LOAD_INTERVAL_MS).places).toBe(MOST);
  });

  test('as many more as the loop had room, in shares', () => {
    expect(loaded({ busyMs: LOAD_INTERVAL_MS / 2 }).places).toBe(96);
    expect(loaded({ busyMs: 0 }).places).toBe(128);
  });

  test.each([
    ['nobody wants one', { isWanted: false }],
    ['the loop has no time left', BUSY],
  ])('but none where %s', (_, load) => {
    expect(loaded(load, 20).places).toBe(64);
  });

  test('though deadlines are missed, where the loop had room: those portals are dead', () => {
    expect(loaded({ ended: 10, missed: 10 }).places).toBeGreaterThan(64);
  });
});

describe('there are fewer places', () => {
  const many: Adapted = { places: 400, ceiling: MOST };

  test.each([
    ['a loop that is busy comes late', { ...BUSY, lagMs: 200 }],
    ['deadlines are missed with the loop busy', { ...BUSY, missed: 60 }],
  ])('when %s', (_, load) => {
    expect(loaded(load, 1, many).places).toBeLessThan(400);
    const least = loaded(load, 500, many).places;
    expect(least).toBeGreaterThan(0);
    expect(least).toBeLessThan(64);
  });

  test('than were at work when the system had no more to give, and it is long until there are more', () => {
    const short = loaded({ shortages: 3, working: 200 }, 1, many);
    expect(short.places).toBeLessThan(200);
    const second = loaded({}, 1_000 / LOAD_INTERVAL_MS, short).places;
    expect(second).toBeGreaterThan(short.places);
    expect(second).toBeLessThan(200);
  });

  test('but not where a loop that has room comes late: the machine was elsewhere', () => {
    expect(loaded({ lagMs: 500 }, 1, many).places).toBeGreaterThanOrEqual(400);
  });
});
