import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { readHoldings } from '../../../functions/adopt/read-holdings.ts';
import { openPortals, type PortalsOptions } from '../../../functions/docspace/open-portals.ts';
import { interrupted, reconcileFleet } from '../../../functions/fleet/reconcile-fleet.ts';
import { anyAddress } from '../../../functions/model/address-ranges.ts';
import { DEFAULT_GUARD } from '../../../functions/model/guard.ts';
import { DEFAULT_LIMITS } from '../../../functions/model/limits.ts';
import type { PortalOutcome } from '../../../functions/model/outcome.ts';
import type { PortalKey } from '../../../functions/model/portal-key.ts';
import type { Clock } from '../../../functions/model/ports/clock.ts';
import type { Portals } from '../../../functions/model/ports/portals.ts';
import { planTreatment } from '../../../functions/portal/treat-portal.ts';

const NO_SCHEDULE = JSON.stringify({ count: 0, links: [], status: 0, statusCode: 200 });
const HOSTS = { allowedHosts: undefined, insecureLoopback: true };

const servers: Server[] = [];
let portals: Portals | undefined;
afterEach(() => {
  portals?.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server of portals that are told by their keys. @returns where it listens */
async function serve(
  answer: (portal: string, response: ServerResponse) => void,
  address = '127.0.0.1',
): Promise<string> {
  const server = createServer((request, response) => {
    answer(request.headers.authorization?.replace('Bearer sk-', '') ?? '', response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return `http://${address}:${(server.address() as AddressInfo).port}`;
}

const done = (response: ServerResponse) => response.end(NO_SCHEDULE);

function clockWith(sleep: Clock['sleep']): Clock {
  return { now: () => performance.now(), date: () => new Date(), sleep };
}

function open(options: Partial<PortalsOptions>): Portals {
  portals = openPortals({
    limits: DEFAULT_LIMITS,
    clock: clockWith(async () => {}),
    random: () => 0,
    isAllowedAddress: anyAddress,
    ...options,
  });
  return portals;
}

/** Reads these portals, each at its origin. */
async function read(
  origins: Readonly<Record<string, string>>,
  options: Partial<PortalsOptions>,
  stop = () => false,
) {
  const { openReader, places = 1 } = open(options);
  const keyOf = (portal: string): PortalKey => ({ origin: origins[portal] ?? '', apiKey: `sk-${portal}` });
  return readHoldings({
    portals: Object.keys(origins),
    keys: { keyOf: async (portal) => keyOf(portal), originOf: (portal) => keyOf(portal).origin },
    hosts: HOSTS,
    openReader,
    concurrency: places,
    isStopped: stop,
    onRead: () => {},
  });
}

describe('while a portal waits between tries', () => {
  test.each<[string, Partial<PortalsOptions>, (response: ServerResponse) => void]>([
    ['because its server said so', {}, (response) => response.writeHead(503, { 'retry-after': '1' }).end()],
    ['because its connection was cut', {}, (response) => response.socket?.destroy()],
    ['because it did not answer', { limits: { ...DEFAULT_LIMITS, requestMs: 50 } }, () => {}],
  ])('%s, another has its place, and it comes back to it', async (_, options, fault) => {
    const asked: string[] = [];
    let wake = () => {};
    const slept = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const origin = await serve((portal, response) => {
      asked.push(portal);
      if (asked.length === 1) return fault(response);
      if (portal === 'b') wake();
      done(response);
    });
    // The wait of a ends when b was asked: were there no place for b, it never would.
    const holdings = await read(
      { a: origin, b: origin, c: origin },
      { concurrency: 1, clock: clockWith(() => slept), ...options },
    );
    expect(holdings.map(({ kind }) => kind)).toEqual(['none', 'none', 'none']);
    expect(asked).toEqual(['a', 'b', 'a', 'c']);
  });
});

describe('an address', () => {
  test('gets no more connections at once than it may, whatever its ports', async () => {
    let most = 0;
    const waiting: ServerResponse[] = [];
    const answer = (_: string, response: ServerResponse) => {
      waiting.push(response);
      most = Math.max(most, waiting.length);
      // Time for more to come, if they did.
      if (waiting.length === 3) setTimeout(() => waiting.splice(0).forEach(done), 50);
    };
    const [one = '', other = ''] = [await serve(answer), await serve(answer)];
    const names = Array.from({ length: 9 }, (_, index) => `p${index}`);
    const origins = Object.fromEntries(names.map((name, index) => [name, index % 2 ? one : other]));
    const holdings = await read(origins, { concurrency: 9, perAddress: 3 });
    expect(holdings.every(({ kind }) => kind === 'none')).toBe(true);
    expect(most).toBe(3);
  });

  test('that has as many as it may holds up no other', async () => {
    let held: ServerResponse | undefined;
    const full = await serve((portal, response) => {
      if (portal === 'a') held = response;
      else done(response);
    });
    const other = await serve((_, response) => {
      done(response);
      if (held) done(held);
    }, '127.0.0.2');
    const origins = { a: full, b: full, c: other };
    const holdings = await read(origins, { concurrency: 2, perAddress: 1 });
    expect(holdings.map(({ kind }) => kind)).toEqual(['none', 'none', 'none']);
  });

  test('takes nothing of a portal’s time while the portal waits for its turn', async () => {
    let now = 0;
    const origin = await serve((_, response) => {
      now += 20_000;
      done(response);
    });
    const origins = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`p${index}`, origin]));
    const clock = { ...clockWith(async () => {}), now: () => now };
    const holdings = await read(origins, { concurrency: 8, perAddress: 1, clock });
    expect(holdings.every(({ kind }) => kind === 'none')).toBe(true);
  });

  test('is not asked for a portal whose turn comes when the run is to end', async () => {
    let isStopped = false;
    const asked: string[] = [];
    const origin = await serve((portal, response) => {
      asked.push(portal);
      isStopped = true;
      done(response);
    });
    const { openReader, places = 1 } = open({ concurrency: 8, perAddress: 1 });
    const outcomes: PortalOutcome[] = [];
    const key = (portal: string): PortalKey => ({ origin, apiKey: `sk-${portal}` });
    const keys = { keyOf: async (portal: string) => key(portal), originOf: () => origin };
    const clock = clockWith(async () => {});
    await reconcileFleet({
      assignments: ['a', 'b', 'c'].map((portal) => ({
        policy: 0,
        target: { portal, mode: 'enforce', dump: false, schedule: undefined, allowLateFirstRun: false },
      })),
      treatments: [planTreatment({ keys, hosts: HOSTS, destinations: undefined, clock }, openReader)],
      writes: false,
      examines: false,
      guards: [{ guard: DEFAULT_GUARD, portals: 3, approve: undefined }],
      concurrency: places,
      stopReason: () => (isStopped ? interrupted() : undefined),
      onOutcome: (_, outcome) => outcomes.push(outcome),
      onGuard: () => {},
    });
    expect(new Set(asked)).toEqual(new Set(['a']));
    expect(outcomes.map(({ status, error }) => [status, error?.code])).toEqual([
      ['done', undefined],
      ['skipped', 'INTERRUPTED'],
      ['skipped', 'INTERRUPTED'],
    ]);
  });
});
