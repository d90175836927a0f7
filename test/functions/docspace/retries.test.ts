import { afterEach, describe, expect, test } from 'vitest';
import { startNameServer } from '../../../bench/name-server.ts';
import { openPortals } from '../../../functions/docspace/open-portals.ts';
import { anyAddress } from '../../../functions/model/address-ranges.ts';
import { DEFAULT_LIMITS } from '../../../functions/model/limits.ts';
import { parsePortalKey } from '../../../functions/model/portal-key.ts';
import type { PortalWriter } from '../../../functions/model/ports/portals.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalFault } from '../../../local/docspace/portal-fault.ts';
import { skippingClock } from '../skipping-clock.ts';
import { WANTED } from '../treat-one.ts';

let fleet: Fleet | undefined;
afterEach(() => fleet?.close());

/** A portal with a day of time, so that nothing but the rules for retries ends its calls. */
async function withPortal<T>(
  fault: PortalFault,
  act: (client: PortalWriter, pauses: readonly number[]) => Promise<T>,
  random = 0,
): Promise<T> {
  fleet = await startFleet([{ name: 'acme', fault }]);
  const clock = skippingClock();
  const limits = { ...DEFAULT_LIMITS, portalMs: 86_400_000 };
  const portals = openPortals({ limits, clock, random: () => random, isAllowedAddress: anyAddress });
  const client = portals.openWriter(parsePortalKey(fleet.keys().acme));
  try {
    return await act(client, clock.pauses);
  } finally {
    client.close();
    portals.close();
  }
}

const refusing = (retryAfter: string): PortalFault => ({
  kind: 'status',
  status: 429,
  headers: { 'retry-after': retryAfter },
});

describe('a portal that asks for no time at all is asked ten times, with a pause before each', () => {
  test.each([
    ['Retry-After: 0', refusing('0')],
    ['a date in the past', refusing('Wed, 21 Oct 2015 07:28:00 GMT')],
    ['nothing', { kind: 'status', status: 503 } as const],
    ['a reset', { kind: 'reset' } as const],
  ])('%s', async (_, fault) => {
    await withPortal(fault, async (client, pauses) => {
      await expect(client.readSchedule(false)).rejects.toMatchObject({ retryable: true });
      expect(client.usage()).toEqual({ requests: 10, attempts: 10 });
      expect(pauses).toEqual(Array(9).fill(200));
    });
  });
});

test('a Retry-After is waited for, and the backoff where that is longer', async () => {
  await withPortal(
    refusing('1'),
    async (client, pauses) => {
      await expect(client.readSchedule(false)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      expect(pauses).toEqual([1_000, 1_000, 1_000, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000]);
    },
    1,
  );
});

test('a Retry-After that does not fit ends the call at once, with its answer’s code', async () => {
  for (const [status, code] of [
    [429, 'RATE_LIMITED'],
    [503, 'SERVER_ERROR'],
  ] as const) {
    const fault: PortalFault = { kind: 'status', status, headers: { 'retry-after': '99999999999999999999' } };
    await withPortal(fault, async (client, pauses) => {
      await expect(client.readSchedule(false)).rejects.toMatchObject({ code, retryable: true });
      expect(client.usage().requests).toBe(1);
      expect(pauses).toEqual([]);
    });
    await fleet?.close();
  }
});

test('a write is sent ten times at most, too', async () => {
  await withPortal(refusing('0'), async (client) => {
    let failures = 0;
    do expect(await client.send(WANTED, false)).toMatchObject({ kind: 'throttled' });
    while (await client.pause(++failures, 0));
    expect(failures).toBe(10);
  });
});

describe('a portal that the server does not know', () => {
  const fault: PortalFault = {
    kind: 'status',
    status: 500,
    message: 'Could not resolve current tenant :-(.',
  };
  test('is not asked again, and told as what it is', async () => {
    await withPortal(fault, async (client) => {
      await expect(client.readSchedule(false)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        httpStatus: 500,
        retryable: false,
        message: expect.stringContaining('renamed or removed'),
      });
      expect(client.usage().requests).toBe(1);
      await expect(client.readSettings()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });

  test('is the local portal’s answer, too', async () => {
    fleet = await startFleet([{ name: 'acme', unknownHost: true }]);
    const portals = openPortals({
      limits: DEFAULT_LIMITS,
      clock: skippingClock(),
      random: () => 0,
      isAllowedAddress: anyAddress,
    });
    const client = portals.openReader(parsePortalKey(fleet.keys().acme));
    await expect(client.readSchedule(false)).rejects.toMatchObject({ code: 'NOT_FOUND', retryable: false });
    client.close();
    portals.close();
  });
});

describe('a host that does not exist', () => {
  async function read(addressesOf: (name: string) => readonly string[] | undefined) {
    const names = await startNameServer({ addressesOf });
    const clock = skippingClock();
    const portals = openPortals({
      limits: { ...DEFAULT_LIMITS, connectMs: 60_000, requestMs: 60_000 },
      clock,
      random: () => 0,
      isAllowedAddress: anyAddress,
      nameServers: [names.address],
    });
    const client = portals.openReader({ origin: 'https://acme.typo.test', apiKey: 'sk-0' });
    try {
      const error = await client.readSchedule(false).catch((failure: unknown) => failure);
      return { error, pauses: clock.pauses, usage: client.usage() };
    } finally {
      client.close();
      portals.close();
      names.close();
    }
  }

  test('is looked up once more, after a second, and named', async () => {
    const { error, pauses, usage } = await read(() => undefined);
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      retryable: false,
      message:
        "reading the schedule: there is no host acme.typo.test (ENOTFOUND): correct the url in the portal's key entry",
    });
    expect(pauses).toEqual([1_000]);
    expect(usage.attempts).toBe(2);
  });

  test('or has no address is told apart', async () => {
    const { error } = await read(() => []);
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('the host acme.typo.test has no address (ENODATA)'),
    });
  });
});

/** What can be called on an object, of its class and of those that this extends. */
function membersOf(object: object): readonly string[] {
  const above = Object.getPrototypeOf(object);
  return above === null ? [] : [...Object.getOwnPropertyNames(object), ...membersOf(above)];
}

test('a reader has nothing that writes', async () => {
  fleet = await startFleet([{ name: 'acme' }]);
  const portals = openPortals({
    limits: DEFAULT_LIMITS,
    clock: skippingClock(),
    random: () => 0,
    isAllowedAddress: anyAddress,
  });
  const key = parsePortalKey(fleet.keys().acme);
  const [reader, writer] = [portals.openReader(key), portals.openWriter(key)];
  const only = membersOf(writer).filter((name) => !(name in reader));
  expect(only.sort()).toEqual(['pause', 'readBack', 'send']);
  for (const client of [reader, writer, portals]) client.close();
});
