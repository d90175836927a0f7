import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../../functions/policy/read-policy.ts';
import { isSameSchedule } from '../../../functions/portal/plan-portal.ts';
import { burstScheduler } from '../burst-scheduler.ts';
import { policyText } from '../deployment.ts';
import '../patience.ts';
import { type SimulatedWorld, simulateWorld } from '../simulated-world.ts';

const PORTALS = ['acme', 'globex', 'initech'];
const anyCopies = fc.integer({ min: 1, max: 30 });

/** Every portal is as the policy's text in the bucket says, and the report tells of that text. */
function expectFollowed(world: SimulatedWorld, policy: string): void {
  const reading = readPolicy(new TextEncoder().encode(world.text(policy)));
  for (const { portal, schedule } of reading.policy?.targets ?? []) {
    expect(isSameSchedule(world.schedules.get(portal), schedule)).toBe(true);
  }
  const outcomes = world.report(policy)?.policies[0].portals;
  expect(outcomes?.map(({ portal, status }) => [portal, status])).toEqual(
    reading.policy?.targets.map(({ portal }) => [portal, 'done']),
  );
}

describe('overlapping uploads', () => {
  test('1,000 pairs end with the newer text on every portal, and none is written for nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), anyCopies, anyCopies, async (seed, one, two) => {
        const scheduler = burstScheduler(seed);
        const world = simulateWorld(scheduler);
        const runs = Promise.all([
          world.upload('fleet', policyText(PORTALS, one)),
          world.upload('fleet', policyText(PORTALS, two)),
        ]);
        await scheduler.settle();
        await runs;
        expect(world.failures).toEqual([]);
        expectFollowed(world, 'fleet');
        expect(world.needlessWrites).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('with a tick, and a crash at any call, end with the newest text after the next tick', async () => {
    const crash = fc.option(fc.nat({ max: 60 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(fc.integer(), anyCopies, anyCopies, crash, async (seed, one, two, calls) => {
        const scheduler = burstScheduler(seed);
        const world = simulateWorld(scheduler);
        if (calls !== undefined) world.crashAfter(calls);
        // Those that die never resolve.
        void world.upload('fleet', policyText(PORTALS, one));
        void world.upload('fleet', policyText(PORTALS, two));
        void world.tick();
        await scheduler.settle();
        if (calls === undefined) expectFollowed(world, 'fleet');
        world.crashAfter(Number.POSITIVE_INFINITY);
        world.letLeasesRunOut();
        const tick = world.tick();
        await scheduler.settle();
        await tick;
        expect(world.failures).toEqual([]);
        expectFollowed(world, 'fleet');
        expect(world.needlessWrites).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

test('a long run over a text that was replaced leaves the rest to its next round, and says so', async () => {
  const many = Array.from({ length: 12 }, (_, index) => `p${index}`);
  let superseded = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const scheduler = burstScheduler(seed);
    const world = simulateWorld(scheduler, 2_000);
    const runs = [5, 6].map((copies) => world.upload('fleet', policyText(many, copies)));
    await scheduler.settle();
    await Promise.all(runs);
    expect(world.failures).toEqual([]);
    expectFollowed(world, 'fleet');
    const left = world.reports('fleet').filter(({ policies: [{ totals }] }) => totals.skipped > 0);
    for (const { policies } of left) {
      superseded++;
      const [{ portals, totals }] = policies;
      const codes = portals.filter(({ status }) => status === 'skipped').map(({ error }) => error?.code);
      expect(new Set(codes)).toEqual(new Set(['SUPERSEDED']));
      expect(totals).toMatchObject({ portals: 12, skipped: codes.length, failed: 0 });
    }
  }
  expect(superseded).toBeGreaterThan(0);
});

describe('overlapping uploads of two policies that may name the same portals', () => {
  const anyClaims = fc.subarray(PORTALS, { minLength: 1 });

  test('end, after the next tick, with every portal as its one policy says, or the one that governs it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), anyClaims, anyCopies), { minLength: 2, maxLength: 4 }),
        async (seed, uploads) => {
          const scheduler = burstScheduler(seed);
          const world = simulateWorld(scheduler);
          const runs = Promise.all(
            uploads.map(([policy, claims, copies]) => world.upload(policy, policyText(claims, copies))),
          );
          await scheduler.settle();
          await runs;
          const tick = world.tick();
          await scheduler.settle();
          await tick;
          expectTruth(world);
          // One that goes over from a policy to another may be in the hands of both for a moment, and be written twice.
          const namedBy = (policy: string) =>
            new Set(uploads.flatMap(([name, claims]) => (name === policy ? claims : [])));
          const [a, b] = [namedBy('a'), namedBy('b')];
          expect(world.needlessWrites.filter((portal) => !(a.has(portal) && b.has(portal)))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('two policies that both name a new portal all the time', () => {
  test('never both write it, however their uploads, a tick and a crash fall', async () => {
    const crash = fc.option(fc.nat({ max: 60 }), { nil: undefined });
    const uploads = fc.array(fc.constantFrom('a', 'b'), { minLength: 2, maxLength: 4 });
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), uploads, crash, async (seed, policies, calls) => {
        const scheduler = burstScheduler(seed);
        const world = simulateWorld(scheduler);
        if (calls !== undefined) world.crashAfter(calls);
        // By the number of copies a write tells whose it is: odd is of `a`, even of `b`.
        policies.forEach((policy, index) => {
          const copies = 2 * index + (policy === 'a' ? 1 : 2);
          void world.upload(policy, policyText(['acme', ...(policy === 'a' ? ['globex'] : [])], copies));
        });
        void world.tick();
        await scheduler.settle();
        world.crashAfter(Number.POSITIVE_INFINITY);
        world.letLeasesRunOut();
        for (let tick = 0; tick < 2; tick++) {
          const run = world.tick();
          await scheduler.settle();
          await run;
        }
        if (policies.includes('a') && policies.includes('b')) expectTruth(world);
        const writers = world.writes
          .filter(({ portal }) => portal === 'acme')
          .map(({ copies = 0 }) => copies % 2);
        expect(new Set(writers).size).toBeLessThanOrEqual(1);
        written += writers.length;
      }),
      { numRuns: 300 },
    );
    expect(written).toBeGreaterThan(0);
  });
});

/** Who names a portal alone has it as its text says; of two, at most one has it, and both tell of it. */
function expectTruth(world: SimulatedWorld): void {
  const targets = ['a', 'b'].map((policy) => {
    const text = world.text(policy);
    return text === undefined ? [] : (readPolicy(new TextEncoder().encode(text)).policy?.targets ?? []);
  });
  const governors = new Map<string, number>();
  ['a', 'b'].forEach((policy, index) => {
    const others = new Set(targets[1 - index]?.map(({ portal }) => portal));
    const outcomes = world.report(policy)?.policies[0].portals ?? [];
    expect(outcomes.map(({ portal }) => portal)).toEqual((targets[index] ?? []).map(({ portal }) => portal));
    for (const { portal, error, warnings } of outcomes) {
      const told = [error?.code, ...warnings.map(({ code }) => code)].filter((code) => code === 'CONFLICT');
      expect([portal, told.length]).toEqual([portal, others.has(portal) ? 1 : 0]);
      if (error) {
        expect(error.code).toBe('CONFLICT');
        continue;
      }
      governors.set(portal, (governors.get(portal) ?? 0) + 1);
      const schedule = targets[index]?.find((target) => target.portal === portal)?.schedule;
      expect(isSameSchedule(world.schedules.get(portal), schedule)).toBe(true);
    }
  });
  expect([...governors.values()].filter((count) => count > 1)).toEqual([]);
}
