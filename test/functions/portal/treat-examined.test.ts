import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rememberPortal, wasInPlaceAt } from '../../../functions/drift/remember-portal.ts';
import { PortalError } from '../../../functions/model/portal-error.ts';
import type { Observed, StoredOutcome } from '../../../functions/model/portal-memory.ts';
import type { PortalTarget } from '../../../functions/model/portal-target.ts';
import type { PortalWriter } from '../../../functions/model/ports/portals.ts';
import type { Archive, KeyInfo, Verdict } from '../../../functions/model/protection.ts';
import type { BackupSchedule } from '../../../functions/model/schedule.ts';
import { applyTreatment } from '../../../functions/portal/treat-portal.ts';
import { WANTED } from '../treat-one.ts';

const NOW = new Date('2026-03-04T12:00:00Z'); // a Wednesday; WANTED strikes every day at 3
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR);
const made = (hours: number): Archive => ({ createdOn: ago(hours), expiresOn: undefined });
const CLOCK = { now: () => 0, date: () => NOW, sleep: async () => {} };

/** What a portal says, and what the policy wants of it and wanted before. */
type Scene = {
  readonly schedule: BackupSchedule | undefined;
  readonly wanted: BackupSchedule | undefined;
  readonly lastBackup: Date | undefined;
  readonly history: readonly Archive[] | 'unreadable';
  readonly timezone: string | undefined | 'unreadable';
  readonly key: KeyInfo | undefined | 'unreadable';
  readonly isSameTarget: boolean;
  readonly last: StoredOutcome | undefined;
};

const unreadable = new PortalError('SERVER_ERROR', 'no', { httpStatus: 500 });
const orFail = async <T>(value: T | 'unreadable'): Promise<T> => {
  if (value === 'unreadable') throw unreadable;
  return value;
};

/** Treats the portal of a scene as a tick does; a portal in memory, so that every combination can be tried. */
async function tick(scene: Scene, apiKey = 'sk-1') {
  const asked: string[] = [];
  let schedule = scene.schedule;
  let writes = 0;
  const tell = <T>(what: string, value: T | 'unreadable') => {
    asked.push(what);
    return orFail(value);
  };
  const portal: PortalWriter = {
    readSchedule: async () => schedule,
    readBack: async () => schedule,
    lastBackup: () => (schedule ? scene.lastBackup : undefined),
    readHistory: () => tell('history', scene.history),
    readSettings: async () =>
      tell('settings', scene.timezone).then((timezone) => ({
        timezone: timezone as string | undefined,
        standalone: undefined,
        tenantStatus: undefined,
        version: undefined,
      })),
    readStorages: async () => [{ id: 's3', isSet: true }],
    readServiceState: async () => false,
    readBackupsCount: async () => 0,
    readFreeBackups: async () => undefined,
    readKeyInfo: () => tell('key', scene.key),
    send: async (next) => {
      writes++;
      schedule = next;
      return { kind: 'accepted' };
    },
    pause: async () => false,
    usage: () => ({ requests: 0, attempts: 0 }),
    redact: (text) => text,
    close: () => {},
  };
  const treat = applyTreatment(
    {
      keys: {
        keyOf: async () => ({ origin: 'https://acme.onlyoffice.com', apiKey }),
        originOf: () => 'https://acme.onlyoffice.com',
      },
      hosts: { allowedHosts: undefined, insecureLoopback: false },
      destinations: undefined,
      clock: CLOCK,
      occasion: 'tick',
      recall: () => ({
        observed: scene.last?.observed,
        isSameTarget: scene.isSameTarget,
        wasInPlace: scene.isSameTarget && wasInPlaceAt(scene.last),
      }),
    },
    () => portal,
  );
  const target: PortalTarget = {
    portal: 'acme',
    mode: 'enforce',
    dump: false,
    schedule: scene.wanted,
    allowLateFirstRun: false,
  };
  const { outcome, observed } = await treat(target, () => 'write');
  const last = scene.last && { ...scene.last, target: 'then' };
  const before = { last, target: scene.isSameTarget ? 'then' : 'another', now: NOW };
  const stored = rememberPortal(outcome, observed, before);
  return { outcome: stored, asked, writes, schedule };
}

const QUIET: Scene = {
  schedule: WANTED,
  wanted: WANTED,
  lastBackup: ago(9),
  history: [made(9)],
  timezone: 'Europe/Berlin',
  key: { expiresAt: undefined, scope: 'full', isActive: true },
  isSameTarget: true,
  last: undefined,
};
const DONE: StoredOutcome = {
  portal: 'acme',
  action: 'none',
  status: 'done',
  changes: [],
  warnings: [],
  requests: 1,
  attempts: 1,
};

const schedules: readonly (BackupSchedule | undefined)[] = [
  undefined,
  WANTED,
  { ...WANTED, backupsStored: 30 },
  { ...WANTED, backupsStored: 1 },
  { ...WANTED, cronParams: { period: 'EveryWeek', hour: 3, day: 4 } },
  { ...WANTED, cronParams: { ...WANTED.cronParams, hour: 5 } },
];
const key = (expiresIn: number | undefined, scope: KeyInfo['scope']): KeyInfo => ({
  expiresAt: expiresIn === undefined ? undefined : ago(-24 * expiresIn),
  scope,
  isActive: true,
});
const anyScene: fc.Arbitrary<Scene> = fc.record({
  schedule: fc.constantFrom(...schedules),
  wanted: fc.constantFrom(...schedules),
  lastBackup: fc.constantFrom(undefined, ago(2), ago(9), ago(100)),
  history: fc.constantFrom(
    'unreadable' as const,
    [],
    [made(2)],
    [made(9)],
    [made(100)],
    [made(100), made(9)],
  ),
  timezone: fc.constantFrom(undefined, 'unreadable' as const, 'UTC', 'Asia/Kathmandu', 'Pacific/Kiritimati'),
  key: fc.constantFrom(
    undefined,
    'unreadable' as const,
    key(6, 'full'),
    key(20, 'read-only'),
    key(40, 'foreign'),
  ),
  isSameTarget: fc.boolean(),
  last: fc.constantFrom<StoredOutcome | undefined>(
    undefined,
    DONE,
    { ...DONE, status: 'failed', action: null },
    { ...DONE, status: 'failed', action: null, inPlace: true },
    { ...DONE, status: 'planned', action: 'update' },
  ),
});

describe('a tick over any portal', () => {
  test('gives the right verdict, effect, drift class and warnings', async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (scene) => {
        const { outcome, writes, schedule } = await tick(scene);
        const { action, protection, drift, effect, warnings } = outcome;
        // What is as wanted costs no write, and what is not is as wanted afterwards.
        expect(writes).toBe(action === 'none' ? 0 : 1);
        expect(schedule).toEqual(scene.wanted);
        expect(effect === undefined).toBe(action === 'none');
        expect(effect === 'remove').toBe(action === 'remove');
        if (action === 'create') expect(effect).toBe('strengthen');

        const { verdict, due } = protection ?? {};
        expect(verdict === 'retired').toBe(schedule === undefined);
        if (schedule && scene.history === 'unreadable') expect(verdict).toBe('unknown');
        if (scene.history !== 'unreadable' && schedule) expect(verdict).not.toBe('unknown');
        const hasFresh =
          Array.isArray(scene.history) &&
          scene.history.some((one) => one !== undefined && one.createdOn > ago(36));
        if (verdict === 'proven') expect(Array.isArray(scene.history) && scene.history.length > 0).toBe(true);
        if (hasFresh && schedule) expect(verdict).toBe('proven');
        // A write resets what the server says: it can't be held against its new schedule at once.
        if (writes > 0) expect(verdict).not.toBe('claimed');
        const isZoneKnown = scene.timezone !== undefined && scene.timezone !== 'unreadable';
        expect(typeof due === 'string').toBe(schedule !== undefined && isZoneKnown);
        expect(protection?.bad === true).toBe(
          ['late', 'claimed', 'unprotected', 'unknown'].includes(verdict ?? ''),
        );

        const wasInPlace = scene.last?.inPlace === true || scene.last?.status === 'done';
        expect(drift !== undefined).toBe(action !== 'none' && scene.isSameTarget && wasInPlace);
        if (drift) expect(drift.kind).toBe(scene.schedule ? 'edited' : 'deleted');

        const codes = warnings.map(({ code }) => code);
        const info = scene.key === 'unreadable' ? undefined : scene.key;
        expect(codes.includes('KEY_EXPIRES_SOON')).toBe((info?.expiresAt ?? ago(-9999)) <= ago(-24 * 30));
        expect(codes.includes('KEY_READ_ONLY')).toBe(info?.scope === 'read-only');
        expect(codes.includes('KEY_FOREIGN_SCOPE')).toBe(info?.scope === 'foreign');
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, Partial<Scene>, Verdict]>([
    ['ran and left an archive', {}, 'proven'],
    ['ran long enough ago and left none', { lastBackup: ago(13), history: [] }, 'claimed'],
    ['ran a while ago, and no archive is there yet', { history: [] }, 'never'],
    ['ran long ago, and left one', { lastBackup: ago(100), history: [made(100)] }, 'late'],
    ['never ran, its slot of today is young', { lastBackup: undefined, history: [] }, 'never'],
    ['has a history that can not be read', { history: 'unreadable' }, 'unknown'],
    ['has no schedule, as the policy wants it', { schedule: undefined, wanted: undefined }, 'retired'],
    ['was deleted and put right, with last night’s archive', { schedule: undefined }, 'proven'],
    ['was deleted and put right, without one', { schedule: undefined, history: [] }, 'never'],
  ])('that %s', async (_, scene, verdict) => {
    expect((await tick({ ...QUIET, ...scene })).outcome.protection?.verdict).toBe(verdict);
  });
});

describe('what a portal is asked', () => {
  const observed: Observed = {
    askedAt: ago(5).toISOString(),
    lastBackup: ago(9).toISOString(),
    archives: [{ createdOn: ago(9).toISOString(), expiresOn: null }],
    timezone: 'Europe/Berlin',
    keyAskedAt: ago(5).toISOString(),
    key: { expiresAt: null, scope: 'full', isActive: true },
  };
  test.each<[string, Partial<Observed>, Partial<Scene>, readonly string[]]>([
    ['nothing that it said today', {}, {}, []],
    [
      'all of it after a day',
      { askedAt: ago(24).toISOString(), keyAskedAt: ago(24).toISOString() },
      {},
      ['history', 'settings', 'key'],
    ],
    [
      'all of it, if it was said in the future',
      { askedAt: ago(-1).toISOString(), keyAskedAt: ago(-1).toISOString() },
      {},
      ['history', 'settings', 'key'],
    ],
    ['its archives, when a backup was started since', {}, { lastBackup: ago(1) }, ['history', 'settings']],
    ['its archives, when they could not be read', { archives: null }, {}, ['history', 'settings']],
    [
      'its archives, an hour after a run that had left none',
      { archives: [], askedAt: ago(2).toISOString() },
      {},
      ['history', 'settings'],
    ],
    ['nothing, right after that', { archives: [], askedAt: ago(0.5).toISOString() }, {}, []],
    [
      'nothing of archives that nobody wants',
      { askedAt: null },
      { schedule: undefined, wanted: undefined },
      [],
    ],
  ])('is %s', async (_, before, scene, asked) => {
    const last = { ...DONE, observed: { ...observed, ...before } };
    expect((await tick({ ...QUIET, ...scene, last })).asked).toEqual(asked);
  });

  test('is its key at the next tick, where it could not be asked, and at once where it is another', async () => {
    const { keyAskedAt: _, ...unasked } = observed;
    expect((await tick({ ...QUIET, last: { ...DONE, observed: unasked } })).asked).toEqual(['key']);
    const failed = await tick({ ...QUIET, key: 'unreadable', last: { ...DONE, observed: unasked } });
    expect((await tick({ ...QUIET, last: failed.outcome })).asked).toEqual(['key']);
    const known = await tick({ ...QUIET, last: { ...DONE, observed: unasked } });
    expect((await tick({ ...QUIET, last: known.outcome })).asked).toEqual([]);
    expect((await tick({ ...QUIET, last: known.outcome }, 'sk-2')).asked).toEqual(['key']);
    // What is remembered of a key is too little to tell it by.
    expect(known.outcome.observed?.keyMark).toMatch(/^[0-9a-f]{4}$/);
  });

  test('leaves an archive remembered that stays when newer ones are gone', async () => {
    const expiring = (hours: number) => ({ createdOn: ago(hours), expiresOn: ago(hours - 24) });
    const history = [expiring(9), expiring(10), expiring(11), expiring(12), made(30), made(50)];
    const { outcome } = await tick({ ...QUIET, history });
    expect(outcome.observed?.archives?.map(({ createdOn }) => createdOn)).toEqual(
      [9, 10, 11, 30].map((hours) => ago(hours).toISOString()),
    );
  });

  test('is nothing more than a day ahead', async () => {
    const history = [made(-25), made(40)];
    const { outcome } = await tick({ ...QUIET, lastBackup: ago(40), history });
    expect(outcome.observed?.archives).toHaveLength(1);
    expect(outcome.protection).toMatchObject({ verdict: 'late', lastArchive: ago(40).toISOString() });
  });

  test('keeps a time zone and a key that it told before, where it does not now', async () => {
    const old = { ...observed, askedAt: ago(30).toISOString(), keyAskedAt: ago(30).toISOString() };
    const { outcome } = await tick({
      ...QUIET,
      timezone: 'unreadable',
      key: 'unreadable',
      last: { ...DONE, observed: { ...old, key: { expiresAt: null, scope: 'read-only', isActive: true } } },
    });
    expect(outcome.protection?.due).toBe('2026-03-05T02:00:00.000Z');
    expect(outcome.warnings).toMatchObject([{ code: 'KEY_READ_ONLY' }]);
  });
});
