import { beforeEach, describe, expect, test } from 'vitest';
import { readPolicy } from '../../../functions/policy/read-policy.ts';
import { burstScheduler } from '../burst-scheduler.ts';
import { policyText } from '../deployment.ts';
import '../patience.ts';
import { type SimulatedWorld, simulateWorld } from '../simulated-world.ts';

/** The schedule of a policy's portal with so many copies. */
function scheduleOf(portal: string, copies: number) {
  const { policy } = readPolicy(new TextEncoder().encode(policyText([portal], copies)));
  const schedule = policy?.targets[0]?.schedule;
  if (!schedule) throw new Error('no schedule');
  return schedule;
}

describe('a write that another policy’s came after, before it was read back', () => {
  let scheduler: ReturnType<typeof burstScheduler>;
  let world: SimulatedWorld;

  const done = async (work: Promise<unknown>) => {
    await scheduler.settle();
    await work;
  };
  const told = () => world.report('fleet')?.policies[0].portals[0]?.error?.code;

  beforeEach(async () => {
    scheduler = burstScheduler(1);
    world = simulateWorld(scheduler);
    world.rival('acme', scheduleOf('acme', 5));
    await done(world.upload('fleet', policyText(['acme'], 7)));
    expect(told()).toBe('NOT_VERIFIED');
  });

  test('is not sent again by ticks, which can’t know', async () => {
    for (let tick = 0; tick < 3; tick++) await done(world.tick());
    expect(told()).toBe('NOT_VERIFIED');
    expect(world.writes).toHaveLength(1);
  });

  test('nor by an event that is delivered once more', async () => {
    await done(world.deliverAgain('fleet'));
    expect(told()).toBe('NOT_VERIFIED');
    expect(world.writes).toHaveLength(1);
  });

  test('is sent once more when that policy has let the portal go', async () => {
    await done(world.letGo('fleet', ['acme']));
    await done(world.tick());
    expect(told()).toBeUndefined();
    expect(world.schedules.get('acme')).toEqual(scheduleOf('acme', 7));
    await done(world.tick());
    expect(world.writes).toHaveLength(2);
  });

  test('and not when it let another one go', async () => {
    await done(world.letGo('fleet', ['globex']));
    await done(world.tick());
    expect(told()).toBe('NOT_VERIFIED');
    expect(world.writes).toHaveLength(1);
  });

  test('also where the run that was to send it died', async () => {
    await done(world.letGo('fleet', ['acme']));
    world.crashAfter(8);
    void world.tick();
    await scheduler.settle();
    world.crashAfter(Number.POSITIVE_INFINITY);
    world.letLeasesRunOut();
    await done(world.tick());
    expect(told()).toBeUndefined();
    expect(world.writes).toHaveLength(2);
  });
});
