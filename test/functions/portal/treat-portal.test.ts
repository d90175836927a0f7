import { afterEach, describe, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalFault } from '../../../local/docspace/portal-fault.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { treatOne, WANTED, WANTED_SETUP } from '../treat-one.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

async function acme(setup: Partial<PortalSetup> = {}) {
  fleet = await startFleet([{ name: 'acme', ...setup }]);
  return fleet.portal('acme');
}

describe('a healthy portal', () => {
  test('that is as wanted costs one request and no write', async () => {
    await acme({ schedule: WANTED_SETUP });
    const { outcome } = await treatOne(fleet, 'acme');
    expect(outcome).toEqual({
      portal: 'acme',
      action: 'none',
      status: 'done',
      changes: [],
      warnings: [],
      requests: 1,
      attempts: 1,
    });
    expect(fleet.requests.counts).toMatchObject({ all: 1, read: 1 });
  });

  test('without a schedule gets one with four requests on one connection: its storages are asked for', async () => {
    const portal = await acme();
    const { outcome } = await treatOne(fleet, 'acme');
    expect(outcome).toMatchObject({ action: 'create', status: 'done', requests: 4, attempts: 1 });
    expect(fleet.requests.entries.map(({ method, connection }) => [method, connection])).toEqual([
      ['GET', 1],
      ['GET', 1],
      ['POST', 1],
      ['GET', 1],
    ]);
    expect(portal.schedule?.backupsStored).toBe(7);
    expect(fleet.connections).toBe(1);
  });

  test('with another schedule is updated, and is as wanted then', async () => {
    await acme({ schedule: { ...WANTED_SETUP, backupsStored: 3 } });
    expect((await treatOne(fleet, 'acme')).outcome).toMatchObject({
      action: 'update',
      changes: [{ field: 'backupsStored', from: 3, to: 7 }],
      requests: 3,
    });
    expect((await treatOne(fleet, 'acme')).outcome).toMatchObject({ action: 'none', requests: 1 });
  });

  test('loses its schedule only where the policy says absent', async () => {
    const portal = await acme({ schedule: WANTED_SETUP });
    const { outcome } = await treatOne(fleet, 'acme', { target: { schedule: undefined } });
    expect(outcome).toMatchObject({ action: 'remove', status: 'done', requests: 3 });
    expect(portal.schedule).toBeUndefined();
    expect(fleet.connections).toBe(1);
  });

  test('is only read by a plan, and in mode detect', async () => {
    const portal = await acme();
    expect((await treatOne(fleet, 'acme', { verb: 'plan' })).outcome).toMatchObject({
      action: 'create',
      status: 'planned',
      requests: 2,
    });
    expect((await treatOne(fleet, 'acme', { target: { mode: 'detect' } })).outcome).toMatchObject({
      status: 'planned',
      requests: 2,
    });
    expect(portal.schedule).toBeUndefined();
  });

  test('with a key of the older kind is spoken to by its cookie', async () => {
    await acme({ keys: [{ key: 'old=token;with/odd+chars' }] });
    expect((await treatOne(fleet, 'acme')).outcome).toMatchObject({ status: 'done' });
  });

  test('of a stand-alone server has a dump apart from its own schedule', async () => {
    const portal = await acme({ standalone: true, schedule: WANTED_SETUP });
    const dump = {
      ...WANTED,
      storageType: 'Local' as const,
      storageParams: new Map([['filePath', '/backups']]),
      dump: true,
    };
    expect((await treatOne(fleet, 'acme', { target: { dump: true, schedule: dump } })).outcome).toMatchObject(
      { action: 'create', status: 'done' },
    );
    expect((await treatOne(fleet, 'acme', { target: { dump: true, schedule: dump } })).outcome).toMatchObject(
      { action: 'none' },
    );
    expect(
      (await treatOne(fleet, 'acme', { target: { dump: true, schedule: undefined } })).outcome,
    ).toMatchObject({ action: 'remove', status: 'done' });
    expect(portal.schedule).toBeDefined();
    expect(portal.server.dump.schedule).toBeUndefined();
  });

  test.each([
    ['Documents', (folder: number) => new Map([['folderId', String(folder)]])],
    ['Local', () => new Map([['filePath', '/backups']])],
    ['DataStore', () => new Map()],
    ['CustomCloud', () => new Map([['region', 'x']])],
  ] as const)('reads back a schedule of type %s as it was posted', async (storageType, params) => {
    const portal = await acme({ standalone: true, hidesBackupsStored: false });
    const schedule = { ...WANTED, storageType, storageParams: params(portal.folderIds.documents) };
    expect((await treatOne(fleet, 'acme', { target: { schedule } })).outcome).toMatchObject({
      status: 'done',
      action: 'create',
    });
    expect((await treatOne(fleet, 'acme', { target: { schedule } })).outcome).toMatchObject({
      action: 'none',
      requests: 1,
    });
  });
});

const HANG = { requestMs: 100, portalMs: 3_000 };

type Expected = { code: string; requests: number; httpStatus?: number; retryable?: boolean };

/** `requests` counts those of the whole portal, with a pause of the longest jitter after each failure. */
const READS: readonly (readonly [string, Omit<PortalFault, 'on'> & PortalFault, Expected])[] = [
  [
    '401',
    { kind: 'status', status: 401 },
    { code: 'UNAUTHORIZED', requests: 1, httpStatus: 401, retryable: false },
  ],
  [
    '402',
    { kind: 'status', status: 402 },
    { code: 'PAYMENT_REQUIRED', requests: 1, httpStatus: 402, retryable: false },
  ],
  [
    '403',
    { kind: 'status', status: 403 },
    { code: 'FORBIDDEN', requests: 1, httpStatus: 403, retryable: false },
  ],
  [
    '404 with a page',
    { kind: 'status', status: 404, body: 'html' },
    { code: 'NOT_FOUND', requests: 1, httpStatus: 404, retryable: false },
  ],
  [
    '418',
    { kind: 'status', status: 418 },
    { code: 'REJECTED', requests: 1, httpStatus: 418, retryable: false },
  ],
  [
    '429',
    { kind: 'status', status: 429 },
    { code: 'RATE_LIMITED', requests: 5, httpStatus: 429, retryable: true },
  ],
  [
    '429 with a Retry-After that does not fit',
    { kind: 'status', status: 429, headers: { 'Retry-After': '60' } },
    { code: 'RATE_LIMITED', requests: 1, retryable: true },
  ],
  [
    '429 with a Retry-After that fits',
    { kind: 'status', status: 429, headers: { 'Retry-After': '2' } },
    { code: 'RATE_LIMITED', requests: 3, retryable: true },
  ],
  [
    '500',
    { kind: 'status', status: 500 },
    { code: 'SERVER_ERROR', requests: 5, httpStatus: 500, retryable: true },
  ],
  [
    '501',
    { kind: 'status', status: 501 },
    { code: 'SERVER_ERROR', requests: 1, httpStatus: 501, retryable: false },
  ],
  [
    '503',
    { kind: 'status', status: 503, body: 'empty' },
    { code: 'SERVER_ERROR', requests: 5, httpStatus: 503, retryable: true },
  ],
  [
    '503 with a Retry-After that does not fit',
    { kind: 'status', status: 503, headers: { 'Retry-After': 'Fri, 01 Jan 2100 00:00:00 GMT' } },
    { code: 'SERVER_ERROR', requests: 1, retryable: true },
  ],
  ['a reset', { kind: 'reset' }, { code: 'UNREACHABLE', requests: 5, retryable: true }],
  [
    'a body cut by the connection',
    { kind: 'cut-json' },
    { code: 'UNREACHABLE', requests: 5, retryable: true },
  ],
  ['a page', { kind: 'html' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
  ['half a JSON', { kind: 'short-json' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
  ['an endless body', { kind: 'endless' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
  [
    'an endless header',
    { kind: 'endless-header' },
    { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false },
  ],
  [
    'a header too long',
    { kind: 'header-too-long' },
    { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false },
  ],
  [
    'a malformed header',
    { kind: 'malformed-header' },
    { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false },
  ],
  ['no HTTP', { kind: 'not-http' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
  ['an upgrade', { kind: 'upgrade' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
  [
    'a redirect',
    { kind: 'redirect', location: 'https://evil.example/' },
    { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false },
  ],
  ['204', { kind: 'no-content' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
  ['an empty body', { kind: 'empty-body' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
  ['a compressed body', { kind: 'encoded' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
  ['a foreign shape', { kind: 'foreign' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
  ['{}', { kind: 'empty-object' }, { code: 'UNEXPECTED_ANSWER', requests: 1, retryable: false }],
];

describe('a portal whose read fails for ever with', () => {
  test.each(READS)('%s gets its code, and no write', async (_, fault, { code, requests, ...error }) => {
    await acme({ fault: { on: 'read', ...fault } as PortalFault, schedule: WANTED_SETUP });
    const { outcome } = await treatOne(fleet, 'acme', { limits: { portalMs: 5_000 } });
    expect(outcome).toMatchObject({
      action: null,
      status: 'failed',
      error: { code, ...error },
      requests,
      attempts: requests,
    });
    expect(fleet.requests.counts.write).toBe(0);
  });

  test.each([['hang'], ['hang-body'], ['drip']] as const)(
    '%s ends in TIMEOUT, within its time',
    async (kind) => {
      await acme({ fault: { on: 'read', kind } });
      const { outcome } = await treatOne(fleet, 'acme', { limits: HANG });
      expect(outcome).toMatchObject({ status: 'failed', error: { code: 'TIMEOUT', retryable: true } });
      expect(outcome.requests).toBeGreaterThan(1);
    },
  );

  test('a refused connection is UNREACHABLE', async () => {
    await acme();
    const key = { url: 'http://127.0.0.1:9', apiKey: 'sk-0' };
    const { outcome } = await treatOne(fleet, 'acme', { key, limits: { portalMs: 2_000 } });
    expect(outcome).toMatchObject({ error: { code: 'UNREACHABLE', retryable: true } });
  });

  test('a status with a body that never ends goes by its status', async () => {
    await acme({ suspended: true });
    expect((await treatOne(fleet, 'acme')).outcome).toMatchObject({
      error: { code: 'NOT_FOUND', httpStatus: 404 },
      requests: 1,
    });
  });
});

describe('a portal that recovers', () => {
  test.each([
    ['503 twice', { kind: 'status', status: 503 }],
    ['429 with Retry-After twice', { kind: 'status', status: 429, headers: { 'Retry-After': '1' } }],
    ['500 twice', { kind: 'status', status: 500 }],
    ['a reset twice', { kind: 'reset' }],
  ] as const)('from %s on a read is put right', async (_, fault) => {
    await acme({ fault: { on: 'read', times: 2, ...fault } });
    expect((await treatOne(fleet, 'acme')).outcome).toMatchObject({
      status: 'done',
      action: 'create',
      requests: 6,
      attempts: 3,
    });
  });

  test('waits as long as Retry-After asks for', async () => {
    await acme({
      fault: { on: 'read', times: 1, kind: 'status', status: 503, headers: { 'Retry-After': '7' } },
    });
    expect((await treatOne(fleet, 'acme')).pauses).toEqual([7_000]);
  });
});

const LOST: readonly (readonly [string, PortalFault])[] = [
  ['the connection is dropped', { kind: 'reset-after', times: 1 }],
  ['502', { kind: 'lost-answer', status: 502, times: 1 }],
  ['503', { kind: 'lost-answer', status: 503, times: 1 }],
  [
    '503 with a Retry-After that does not fit',
    { kind: 'lost-answer', status: 503, headers: { 'Retry-After': '90' }, times: 1 },
  ],
  ['504', { kind: 'lost-answer', status: 504, times: 1 }],
  ['500', { kind: 'lost-answer', status: 500, times: 1 }],
  ['a body cut by the connection', { kind: 'cut-json', times: 1 }],
  ['a page', { kind: 'html', times: 1, works: true }],
  ['a redirect', { kind: 'redirect', location: 'https://evil.example/', times: 1, works: true }],
  ['no HTTP', { kind: 'not-http', times: 1, works: true }],
  ['204', { kind: 'no-content', times: 1, works: true }],
  ['half a JSON', { kind: 'short-json', times: 1 }],
];

describe('a write that was done, but whose answer is lost', () => {
  test.each(LOST)('(%s) is seen in the read-back, and never sent again', async (_, fault) => {
    const portal = await acme({ fault: { on: 'write', ...fault } as PortalFault });
    const { outcome } = await treatOne(fleet, 'acme');
    expect(outcome).toMatchObject({ status: 'done', action: 'create', requests: 4 });
    expect(portal.counts.write).toBe(1);
  });

  test.each(LOST)('(%s) is seen so for a removal, too', async (_, fault) => {
    const portal = await acme({ schedule: WANTED_SETUP, fault: { on: 'delete', ...fault } as PortalFault });
    const { outcome } = await treatOne(fleet, 'acme', { target: { schedule: undefined } });
    expect(outcome).toMatchObject({ status: 'done', action: 'remove', requests: 3 });
    expect(portal.counts.delete).toBe(1);
  });

  test('by a hang that leaves no time for another try still gets its read-back', async () => {
    const portal = await acme({ fault: { on: 'write', kind: 'hang', works: true } });
    const { outcome } = await treatOne(fleet, 'acme', { limits: { requestMs: 200, portalMs: 1_100 } });
    expect(outcome).toMatchObject({ status: 'done', requests: 4 });
    expect(portal.counts.write).toBe(1);
  });
});

describe('a write that was not done', () => {
  test.each([
    ['503', { kind: 'status', status: 503 }],
    ['a reset', { kind: 'reset' }],
  ] as const)('(%s) is looked at, then sent again', async (_, fault) => {
    const portal = await acme({ fault: { on: 'write', times: 1, ...fault } });
    const { outcome } = await treatOne(fleet, 'acme');
    expect(outcome).toMatchObject({ status: 'done', requests: 6, attempts: 2 });
    expect(portal.counts).toMatchObject({ write: 2, read: 3 });
  });

  test('after 429 is sent again without a look', async () => {
    const portal = await acme({ fault: { on: 'write', times: 1, kind: 'status', status: 429 } });
    expect((await treatOne(fleet, 'acme')).outcome).toMatchObject({
      status: 'done',
      requests: 5,
      attempts: 2,
    });
    expect(portal.counts).toMatchObject({ write: 2, read: 2 });
  });

  test.each([
    ['400', 400, 'REJECTED'],
    ['401', 401, 'UNAUTHORIZED'],
    ['402', 402, 'PAYMENT_REQUIRED'],
    ['403', 403, 'FORBIDDEN'],
    ['404', 404, 'NOT_FOUND'],
  ])('because of %s is not sent again, and not read back', async (_, status, code) => {
    const portal = await acme({ fault: { on: 'write', kind: 'status', status } });
    const { outcome } = await treatOne(fleet, 'acme');
    expect(outcome).toMatchObject({
      action: 'create',
      status: 'failed',
      error: { code, httpStatus: status, retryable: false },
      requests: 3,
    });
    expect(outcome.changes).not.toEqual([]);
    expect(portal.counts.write).toBe(1);
  });

  test('because of a 500 is read back, and not sent again', async () => {
    const portal = await acme({ fault: { on: 'write', kind: 'status', status: 500 } });
    const { outcome } = await treatOne(fleet, 'acme');
    expect(outcome).toMatchObject({
      error: { code: 'SERVER_ERROR', httpStatus: 500, retryable: false },
      requests: 4,
    });
    expect(portal.counts.write).toBe(1);
  });

  test.each([
    ['forgets what it was told', { kind: 'forgets' }],
    ['answers with a page', { kind: 'html' }],
    ['answers 204', { kind: 'no-content' }],
    ['answers without an end', { kind: 'endless' }],
  ] as const)('by a portal that %s is NOT_VERIFIED', async (_, fault) => {
    const portal = await acme({ fault: { on: 'write', ...fault } });
    const { outcome } = await treatOne(fleet, 'acme');
    expect(outcome).toMatchObject({
      action: 'create',
      status: 'failed',
      error: { code: 'NOT_VERIFIED', retryable: false },
      requests: 4,
    });
    expect(portal.counts.write).toBe(1);
  });

  test('because of a redirect keeps that error', async () => {
    await acme({ fault: { on: 'write', kind: 'redirect', location: 'http://127.0.0.1:1/' } });
    expect((await treatOne(fleet, 'acme')).outcome).toMatchObject({
      error: { code: 'UNEXPECTED_ANSWER' },
      requests: 4,
    });
  });

  test('for ever unanswered keeps its own error, and was looked at each time', async () => {
    const portal = await acme({ fault: { on: 'write', kind: 'status', status: 503 } });
    const { outcome } = await treatOne(fleet, 'acme', { limits: { portalMs: 5_000 } });
    expect(outcome).toMatchObject({ error: { code: 'SERVER_ERROR', httpStatus: 503, retryable: true } });
    expect(portal.counts.read).toBe(portal.counts.write + 1);
    expect(outcome.attempts).toBe(portal.counts.write);
  });

  test('whose read-back fails is NOT_VERIFIED, and says why', async () => {
    await acme({
      fault: [
        { kind: 'pass', times: 1 },
        { on: 'read', kind: 'status', status: 403 },
      ],
    });
    const { outcome } = await treatOne(fleet, 'acme');
    expect(outcome.error).toMatchObject({ code: 'NOT_VERIFIED', message: expect.stringContaining('403') });
  });

  test('does not start with less than a second left', async () => {
    const portal = await acme();
    const { outcome } = await treatOne(fleet, 'acme', { limits: { portalMs: 999 } });
    expect(outcome).toMatchObject({
      action: 'create',
      status: 'failed',
      error: { code: 'TIMEOUT', retryable: true },
      requests: 2,
    });
    expect(portal.counts.write).toBe(0);
  });
});

describe('what a portal says', () => {
  test('is shown without the key, in any form', async () => {
    for (const form of ['plain', 'percent', 'split'] as const) {
      const portal = await acme({
        keys: [{ key: 'canary/token=with+odd%chars' }],
        fault: { kind: 'echo-key', form, status: 403 },
      });
      const { outcome } = await treatOne(fleet, 'acme');
      expect(outcome.error?.code).toBe('FORBIDDEN');
      expect(JSON.stringify(outcome)).not.toMatch(/canary|odd%|odd%25/);
      expect(portal.counts.all).toBe(1);
      await fleet.close();
    }
    await acme();
  });

  test('is shown without its stack trace, in 200 characters, escaped', async () => {
    await acme({ fault: { kind: 'status', status: 403, message: `\u001b[31m${'x'.repeat(500)}\u202e` } });
    const { outcome } = await treatOne(fleet, 'acme');
    const message = outcome.error?.message ?? '';
    expect(message).toContain('\\u{1b}[31mxxx');
    expect(message.length).toBeLessThan(400);
    expect(message).not.toMatch(/ at |stack/i);
  });

  test('in a setting is shown without the key', async () => {
    const apiKey = `sk-${'0123456789abcdef'.repeat(4)}`;
    const storageParams = [...WANTED_SETUP.storageParams, { key: 'subdir', value: `x${apiKey}y` }];
    await acme({ apiKey, schedule: { ...WANTED_SETUP, storageParams } });
    const { outcome } = await treatOne(fleet, 'acme', { verb: 'plan' });
    expect(outcome.changes).toEqual([{ field: 'storageParams.subdir', from: 'x***y', to: null }]);
  });
});
