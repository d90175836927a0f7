import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PortalFault } from '../../../local/docspace/portal-fault.ts';
import { type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const ALL = Array.from({ length: 25 }, (_, index) => `p${index}`);
const KEY = 'policies/fleet.yaml';

/** A portal that is down for so long that nobody waits for it in this run. */
const DOWN: PortalFault = { kind: 'status', status: 503, headers: { 'retry-after': '3600' } };

/** Less than a portal's 30 seconds, the 4 of its last request, and the 20 for the report. Milliseconds. */
const TOO_LITTLE = 53_000;

/** Lambda's retry of an event has the request id of its first try. */
const SAME_RUN = { requestId: 'the same run' };

let world: Deployment;
beforeAll(async () => {
  world = await deploy(
    ALL.map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '0', CONCURRENCY: '1', REQUEST_TIMEOUT_SECONDS: '4' },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const entry = () => world.report('fleet').policies[0];
const asked = () => [...new Set(world.fleet.requests.entries.map(({ portal }) => portal))];

describe('a run that nears its deadline', () => {
  /** Twenty portals are done and the next one has started when the time is over. */
  async function runOutOfTime(invoke: () => ReturnType<Deployment['tick']>) {
    const portal = world.fleet.portal('p20');
    // While it waits for an answer it holds the one place; between two tries it would not.
    portal.fault = { kind: 'hang', times: 1 };
    const run = invoke();
    await vi.waitFor(() => expect(portal.counts.all).toBeGreaterThan(0), { timeout: 30_000 });
    await world.fn.setTimeLeft(TOO_LITTLE);
    return run;
  }

  test('starts no more portals, reports the rest as skipped, and a retry takes these alone', async () => {
    const event = world.put(KEY, policyText(ALL, 5));
    expect(await runOutOfTime(() => world.fn.invoke(event, SAME_RUN))).toMatchObject({
      errorType: 'PortalsLeftError',
      errorMessage: 'attempt 1 of 3: 4 portals of policy "fleet" to be tried again',
    });
    expect(entry().totals).toMatchObject({ portals: 25, create: 21, skipped: 4 });
    expect(entry().portals.slice(21)).toMatchObject(
      ALL.slice(21).map((portal) => ({
        portal,
        status: 'skipped',
        error: { code: 'INTERRUPTED' },
        requests: 0,
      })),
    );
    expect(asked()).toEqual(ALL.slice(0, 21));

    world.fleet.requests.clear();
    expect((await world.fn.invoke(event, SAME_RUN)).result).toMatchObject({
      ok: true,
      totals: { portals: 25, create: 25 },
    });
    expect(asked()).toEqual(ALL.slice(21));
    expect(entry()).toMatchObject({ attempt: 2, totals: { create: 25, skipped: 0 } });
    expect(entry().portals.map(({ portal, status }) => [portal, status])).toEqual(
      ALL.map((portal) => [portal, 'done']),
    );
  });

  test('that is a tick ends well, and the next tick does the rest', async () => {
    world.put(KEY, policyText(ALL, 5));
    expect((await runOutOfTime(() => world.tick())).result).toMatchObject({
      ok: false,
      totals: { skipped: 4 },
    });
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { none: 21, create: 4 } });
  });

  test('that is a tick leaves the other policies to the next one, and says so', async () => {
    for (const policy of ['a', 'b', 'c'])
      world.put(`policies/${policy}.yaml`, policyText([`p${policy.charCodeAt(0) - 96}`], 5));
    expect((await world.tick({ timeoutMs: TOO_LITTLE })).result).toMatchObject({ ok: false, policies: 0 });
    expect(world.fleet.requests.counts.all).toBe(0);
    expect(world.log()).toContainEqual(
      expect.objectContaining({ level: 'WARN', count: 3, policies: ['a', 'b', 'c'] }),
    );
    expect((await world.tick()).result).toMatchObject({ ok: true, policies: 3, totals: { create: 3 } });
  });
});

describe('portals that are left', () => {
  test('make an upload come again twice, and no more, though the report counts on', async () => {
    world.fleet.portal('p1').fault = DOWN;
    const event = world.put(KEY, policyText(ALL.slice(0, 3), 5));
    const errors: unknown[] = [];
    for (let run = 0; run < 4; run++) errors.push((await world.fn.invoke(event, SAME_RUN)).errorMessage);
    expect(errors).toEqual([
      'attempt 1 of 3: 1 portal of policy "fleet" to be tried again',
      'attempt 2 of 3: 1 portal of policy "fleet" to be tried again',
      undefined,
      undefined,
    ]);
    expect(entry()).toMatchObject({ attempt: 4, totals: { portals: 3, create: 2, failed: 1 } });
    expect(world.fleet.portal('p0').counts.all).toBe(4);
    expect(world.fleet.portal('p1').counts.all).toBe(4);
  });

  test('begin to count anew with a new version', async () => {
    world.fleet.portal('p1').fault = DOWN;
    await world.upload(KEY, policyText(['p1'], 5));
    await world.upload(KEY, policyText(['p1'], 6));
    expect(entry()).toMatchObject({ attempt: 1 });
  });

  test('that no retry can help do not make it come again', async () => {
    world.fleet.portal('p1').fault = { kind: 'status', status: 403 };
    expect(await world.upload(KEY, policyText(['p0', 'p1'], 5))).toMatchObject({
      result: { ok: false, totals: { failed: 1 } },
    });
  });

  test('never make a tick throw', async () => {
    world.fleet.portal('p1').fault = DOWN;
    world.put(KEY, policyText(['p0', 'p1'], 5));
    for (let run = 0; run < 2; run++) {
      expect(await world.tick()).toMatchObject({ result: { ok: false, totals: { failed: 1 } } });
    }
    expect(world.log().filter((line) => 'TickCompleted' in line)).toHaveLength(2);
  });

  test('start last in the next run', async () => {
    world.fleet.portal('p0').fault = DOWN;
    world.fleet.portal('p2').fault = DOWN;
    await world.upload(KEY, policyText(ALL.slice(0, 4), 5));
    world.fleet.requests.clear();
    await world.tick();
    expect(asked()).toEqual(['p1', 'p3', 'p0', 'p2']);
    expect(entry().portals.map(({ portal }) => portal)).toEqual(['p0', 'p1', 'p2', 'p3']);
  });
});

test('a tick takes the policy with the oldest report first, and one without a report before all', async () => {
  await world.upload('policies/a.yaml', policyText(['p1'], 5));
  await world.upload('policies/c.yaml', policyText(['p3'], 5));
  await world.upload('policies/a.yaml', policyText(['p1'], 6));
  world.put('policies/d.yaml', policyText(['p4'], 5));
  world.fleet.requests.clear();
  await world.tick();
  expect(asked()).toEqual(['p4', 'p3', 'p1']);
  world.fleet.requests.clear();
  await world.upload('policies/d.yaml', policyText(['p4'], 6));
  world.fleet.requests.clear();
  await world.tick();
  expect(asked()).toEqual(['p3', 'p1', 'p4']);
});
