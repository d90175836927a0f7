import { afterEach, describe, expect, test } from 'vitest';
import { openPortals } from '../../../functions/docspace/open-portals.ts';
import { anyAddress } from '../../../functions/model/address-ranges.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../functions/model/limits.ts';
import { parsePortalKey } from '../../../functions/model/portal-key.ts';
import type { PortalWriter } from '../../../functions/model/ports/portals.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { KeySetup, PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { skippingClock } from '../skipping-clock.ts';
import { WANTED, WANTED_SETUP } from '../treat-one.ts';

const START = new Date('2026-03-04T12:00:00Z');
const KEY = `sk-${'0'.repeat(64)}`;

const RAN = {
  ...WANTED_SETUP,
  storageParams: [
    { key: 'module', value: 's3' },
    { key: 'bucket', value: 'acme-backups' },
  ],
  lastBackupTime: START,
};

let fleet: Fleet | undefined;
afterEach(() => fleet?.close());

/** Serves one portal whose time can be set, and does something with its client. */
async function withPortal<T>(
  setup: Partial<PortalSetup>,
  act: (client: PortalWriter, fleet: Fleet, setTime: (now: string) => void) => Promise<T>,
  limits: Limits = DEFAULT_LIMITS,
): Promise<T> {
  let now = START;
  const served = await startFleet([{ name: 'acme', ...setup }], { now: () => now });
  fleet = served;
  const clock = skippingClock();
  const portals = openPortals({
    limits,
    clock,
    random: () => 1,
    isAllowedAddress: anyAddress,
  });
  const client = portals.openWriter(parsePortalKey(served.keys().acme));
  try {
    return await act(client, served, (time) => {
      now = new Date(time);
    });
  } finally {
    client.close();
    portals.close();
  }
}

const keyed = (key: Partial<KeySetup>): Partial<PortalSetup> => ({ keys: [{ key: KEY, ...key }] });

describe('the history', () => {
  test('is the archives that exist, with the times at which they go', async () => {
    const schedule = { ...RAN, storageType: 'DataStore', storageParams: [] };
    const archives = await withPortal(
      { schedule, timezone: 'Asia/Kathmandu' },
      async (client, { portals }, setTime) => {
        setTime('2026-03-05T12:00:00Z');
        portals[0]?.runScheduler();
        return client.readHistory(false);
      },
    );
    expect(archives).toEqual([
      { createdOn: new Date('2026-03-04T21:15:00Z'), expiresOn: new Date('2026-03-05T21:15:00Z') },
    ]);
  });

  test('of archives that stay has no end, and none is an empty one', async () => {
    await withPortal({ schedule: RAN }, async (client, { portals }, setTime) => {
      expect(await client.readHistory(false)).toEqual([]);
      setTime('2026-03-05T12:00:00Z');
      portals[0]?.runScheduler();
      expect(await client.readHistory(false)).toEqual([
        { createdOn: new Date('2026-03-05T03:00:00Z'), expiresOn: undefined },
      ]);
    });
  });

  test('of the dump is another one', async () => {
    await withPortal({ schedule: RAN, standalone: true }, async (client, { portals }, setTime) => {
      setTime('2026-03-05T12:00:00Z');
      portals[0]?.runScheduler();
      expect(await client.readHistory(false)).toHaveLength(1);
      expect(await client.readHistory(true)).toHaveLength(0);
    });
  });
});

describe('the settings', () => {
  test('tell the time zone', async () => {
    expect(
      await withPortal({ timezone: 'Australia/Lord_Howe' }, (client) => client.readSettings()),
    ).toMatchObject({ timezone: 'Australia/Lord_Howe' });
  });

  test('answer for a suspended portal too, and without a zone where the key is dead', async () => {
    expect(await withPortal({ suspended: true }, (client) => client.readSettings())).toMatchObject({
      timezone: 'UTC',
    });
    await fleet?.close();
    const dead = keyed({ isActive: false });
    expect(await withPortal(dead, (client) => client.readSettings())).toMatchObject({ timezone: undefined });
  });
});

describe('the calling key', () => {
  const expiresAt = new Date('2026-04-01T00:00:00Z');
  test.each<[string, Partial<PortalSetup>, object | undefined]>([
    ['without an end', keyed({}), { expiresAt: undefined, scope: 'full', isActive: true }],
    [
      'with an end',
      { ...keyed({ expiresAt }), timezone: 'America/St_Johns' },
      { expiresAt, scope: 'full', isActive: true },
    ],
    [
      'with its times as objects',
      { ...keyed({ expiresAt }), timezone: 'Asia/Kathmandu', timesAsObjects: true },
      { expiresAt, scope: 'full', isActive: true },
    ],
    ['of all scopes', keyed({ permissions: ['*'] }), { scope: 'full' }],
    ['of no scopes said', keyed({ permissions: [] }), { scope: 'full' }],
    ['of the global write scope', keyed({ permissions: ['files:read', '*:write'] }), { scope: 'full' }],
    ['of the global read scope', keyed({ permissions: ['*:read', 'files:write'] }), { scope: 'read-only' }],
    ['of foreign scopes', keyed({ permissions: ['files:read', 'files:write'] }), { scope: 'foreign' }],
    ['that is a token of the older kind', { keys: [{ key: 'token' }] }, undefined],
  ])('%s', async (_, setup, info) => {
    const found = await withPortal(setup, (client) => client.readKeyInfo());
    if (info === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(info);
  });

  test('that is dead is refused', async () => {
    const asked = withPortal(keyed({ isActive: false }), (client) => client.readKeyInfo());
    await expect(asked).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

describe('what decides a write, and what a plan gives', () => {
  test('is the server’s storages, with or without credentials', async () => {
    await withPortal({ storages: ['s3'] }, async (client) => {
      expect(await client.readStorages()).toEqual(
        expect.arrayContaining([
          { id: 's3', isSet: true },
          { id: 'googlecloud', isSet: false },
        ]),
      );
    });
  });

  test('is whether backups are paid for, how many are free, and how many of these were made', async () => {
    const schedule = { ...RAN, storageType: 'DataStore', storageParams: [] };
    const plan = { freeBackups: 2, paidService: true };
    await withPortal({ schedule, ...plan }, async (client, { portals }, setTime) => {
      expect(await client.readServiceState()).toBe(true);
      expect(await client.readFreeBackups()).toBe(2);
      setTime('2026-03-05T12:00:00Z');
      portals[0]?.runScheduler();
      expect(await client.readBackupsCount(new Date('2026-03-01T00:00:00Z'))).toBe(1);
      expect(await client.readBackupsCount(new Date('2026-03-05T06:00:00Z'))).toBe(0);
    });
    await fleet?.close();
    await withPortal({ standalone: true }, async (client) => {
      expect(await client.readServiceState()).toBe(false);
      expect(await client.readFreeBackups()).toBe(-1);
      expect(await client.readSettings()).toMatchObject({
        standalone: true,
        tenantStatus: 0,
        version: '3.7.2',
      });
    });
  });
});

describe('each of these reads', () => {
  const READS: readonly [string, (client: PortalWriter) => Promise<unknown>][] = [
    ['history', (client) => client.readHistory(false)],
    ['settings', (client) => client.readSettings()],
    ['key', (client) => client.readKeyInfo()],
    ['storages', (client) => client.readStorages()],
    ['paid service', (client) => client.readServiceState()],
    ['backups counted', (client) => client.readBackupsCount(START)],
    ['free backups', (client) => client.readFreeBackups()],
  ];

  test.each(READS)('is sent once, and counted: %s', async (_, read) => {
    await withPortal(keyed({}), async (client, { requests }) => {
      await read(client);
      expect(client.usage()).toEqual({ requests: 1, attempts: 1 });
      expect(requests.counts.all).toBe(1);
    });
  });

  test.each(READS)('is not sent again where a retry might help: %s', async (_, read) => {
    for (const fault of [{ kind: 'status', status: 503 } as const, { kind: 'reset' } as const]) {
      await withPortal({ ...keyed({}), fault }, async (client, { requests }) => {
        await expect(read(client)).rejects.toMatchObject({ retryable: true });
        expect(client.usage()).toEqual({ requests: 1, attempts: 1 });
        expect(requests.counts.all).toBe(1);
      });
      await fleet?.close();
    }
  });

  test.each(READS)('takes no foreign answer: %s', async (_, read) => {
    for (const fault of [
      { kind: 'empty-object' } as const,
      { kind: 'foreign' } as const,
      { kind: 'html' } as const,
    ]) {
      await withPortal({ ...keyed({}), fault }, async (client) => {
        await expect(read(client)).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER', retryable: false });
      });
      await fleet?.close();
    }
  });

  test.each(READS)('is not sent without time for its answer: %s', async (_, read) => {
    const limits = { ...DEFAULT_LIMITS, portalMs: 0 };
    const act = async (client: PortalWriter, { requests }: Fleet) => {
      await expect(read(client)).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
      expect(client.usage()).toEqual({ requests: 0, attempts: 0 });
      expect(requests.counts.all).toBe(0);
    };
    await withPortal(keyed({}), act, limits);
  });

  test('goes over the connection of the schedule’s', async () => {
    await withPortal({ ...keyed({}), schedule: WANTED_SETUP }, async (client, { requests }) => {
      await client.readSchedule(false);
      for (const [, read] of READS) await read(client);
      expect(new Set(requests.entries.map(({ connection }) => connection))).toEqual(new Set([1]));
      expect(client.usage()).toEqual({ requests: 8, attempts: 1 });
    });
  });
});

describe('the last backup', () => {
  test('is what the schedule that was read last says', async () => {
    await withPortal({ schedule: WANTED_SETUP }, async (client, { portals }, setTime) => {
      expect(client.lastBackup()).toBeUndefined();
      await client.readSchedule(false);
      expect(client.lastBackup()).toBeUndefined(); // year 1: never
      setTime('2026-03-05T12:00:00Z');
      portals[0]?.runScheduler();
      await client.readSchedule(false);
      expect(client.lastBackup()).toEqual(new Date('2026-03-05T03:00:00Z'));
      await client.send(undefined, false);
      expect(await client.readBack(false)).toBeUndefined();
      expect(client.lastBackup()).toBeUndefined();
    });
  });

  test('is no part of the schedule', async () => {
    const lastBackupTime = new Date('2026-03-04T03:00:00Z');
    await withPortal({ schedule: { ...WANTED_SETUP, lastBackupTime } }, async (client) => {
      expect(await client.readSchedule(false)).toEqual(WANTED);
      expect(client.lastBackup()).toEqual(lastBackupTime);
    });
  });
});
