import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import { editReport } from '../protected-portals.ts';
import '../patience.ts';

const CLAIMS = 'reports/a/claims.json';
const FUTURE = '2999-01-01T00:00:00.000Z';
const PAST = '2001-01-01T00:00:00.000Z';

let world: Deployment;
beforeAll(async () => {
  world = await deploy(
    ['acme', 'globex', 'initech'].map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '0' },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const claims = (policy = 'a') =>
  JSON.parse(world.aws.s3.text(BUCKET, `reports/${policy}/claims.json`) ?? 'null');
const versionOf = (key: string) => world.aws.s3.bucket(BUCKET).current(key)?.versionId;
const codes = (policy: string) =>
  Object.fromEntries(
    world.report(policy).policies[0].portals.map(({ portal, error }) => [portal, error?.code ?? null]),
  );
const putClaims = (text: string, policy = 'a') =>
  world.aws.s3.put(BUCKET, `reports/${policy}/claims.json`, text);

describe('claims.json', () => {
  test('tells which text claims which portals, and since when they are governed', async () => {
    world.aws.secrets.remove('docspace/portals/globex');
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    const [acme] = world.report('a').policies[0].portals;
    expect(acme?.governedSince).toMatch(/^\d{4}-.*Z$/);
    expect(claims()).toEqual({
      version: versionOf('policies/a.yaml'),
      portals: { acme: acme?.governedSince, globex: null },
    });
  });

  test('keeps what is governed through ticks, broken texts and keys that can not be read', async () => {
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    const { portals } = claims();
    await world.tick();
    expect(claims().portals).toEqual(portals);
    await world.upload('policies/a.yaml', 'portals: [');
    expect(claims()).toEqual({ version: versionOf('policies/a.yaml'), portals });
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 6));
    const denied = { status: 400, code: 'AccessDeniedException', times: 3 };
    world.aws.faults.add({ service: 'secretsmanager', operation: 'BatchGetSecretValue', ...denied });
    expect((await world.tick()).errorType).toBe('KeysUnreadableError');
    expect(claims().portals).toEqual(portals);
  });

  test('claims nothing once the policy is gone', async () => {
    await world.upload('policies/a.yaml', policyText(['acme'], 5));
    await world.fn.invoke(world.remove('policies/a.yaml'));
    expect(claims()).toEqual({ version: null, portals: {} });
  });

  test('is there before the newest report: who dies between them has told others', async () => {
    const held = world.hold({ service: 's3', operation: 'PutObject', key: 'reports/a/latest.json' });
    const run = world.upload('policies/a.yaml', policyText(['acme'], 5));
    await held.arrived;
    world.fn.kill();
    await run;
    await world.upload('policies/b.yaml', policyText(['acme', 'globex'], 6));
    expect(codes('b')).toEqual({ acme: 'CONFLICT', globex: null });
    expect(world.report('b').policies[0].portals[0]?.error?.message).toContain('"a" governs it');
  });
});

describe('what other policies claim', () => {
  test('comes from claims.json where that is of the text of now: the text itself is not read', async () => {
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    world.fn.kill();
    world.aws.calls.clear();
    await world.upload('policies/b.yaml', policyText(['initech'], 6));
    // What is made of the reports when they are stored, such as the page, is another matter.
    const calls = world.aws.calls.all.map(({ operation, key }) => `${operation} ${key}`);
    const run = calls.slice(0, calls.indexOf('PutObject reports/b/latest.json'));
    expect(run).toContain(`GetObject ${CLAIMS}`);
    expect(run).not.toContain('GetObject policies/a.yaml');
    expect(codes('b')).toEqual({ initech: null });
  });

  test('comes from the text where that is another, and its event is late', async () => {
    await world.upload('policies/a.yaml', policyText(['acme'], 5));
    world.put('policies/a.yaml', policyText(['acme', 'globex'], 5));
    world.fn.kill();
    await world.upload('policies/b.yaml', policyText(['acme', 'globex', 'initech'], 6));
    expect(codes('b')).toEqual({ acme: 'CONFLICT', globex: 'CONFLICT', initech: null });
    expect(world.fleet.portal('globex').counts.all).toBe(0);
  });

  test('comes from claims.json where the text can not be read', async () => {
    await world.upload('policies/a.yaml', policyText(['acme'], 5));
    world.put('policies/a.yaml', policyText(['acme', 'globex'], 5));
    world.fn.kill();
    const denied = { service: 's3', status: 403, code: 'AccessDenied', times: 20 } as const;
    world.aws.faults.add({ ...denied, operation: 'GetObject', key: 'policies/a.yaml' });
    await world.fn.invoke(world.put('policies/b.yaml', policyText(['acme', 'initech'], 6)));
    expect(codes('b')).toEqual({ acme: 'CONFLICT', initech: null });
  });
});

describe('a claims.json that says what can not be', () => {
  /** `a` governs acme and globex, and its file is forged; then `b` names globex, and both are looked at by a tick. */
  async function afterForging(text: (version: string) => string): Promise<void> {
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    putClaims(text(claims().version));
    world.fn.kill(); // a function that knows no policy yet
    world.put('policies/b.yaml', policyText(['globex', 'initech'], 6));
    world.fleet.requests.clear();
  }

  test.each<[string, (version: string) => string]>([
    ['nothing', () => ''],
    ['no JSON', () => '{"version"'],
    ['a list', () => '[]'],
    ['no version', () => '{"portals":{}}'],
    ['a version that is a number', () => '{"version":7,"portals":{"acme":null}}'],
    ['portals in a list', (version) => JSON.stringify({ version, portals: ['acme'] })],
    [
      'starts that are none',
      (version) => JSON.stringify({ version, portals: { acme: 7, globex: 'long ago' } }),
    ],
    [
      'starts in the future',
      (version) => JSON.stringify({ version, portals: { acme: FUTURE, globex: FUTURE } }),
    ],
    [
      'more than anybody reads',
      (version) =>
        JSON.stringify({ version, portals: { acme: PAST, globex: null }, more: 'x'.repeat(17_000_000) }),
    ],
    [
      'things that are no portals',
      (version) => JSON.stringify({ version, portals: { globex: PAST, '../x': PAST } }),
    ],
  ])('takes no portal from who governs it: %s', async (_, text) => {
    await afterForging(text);
    expect((await world.tick()).errorType).toBeUndefined();
    expect(codes('a')).toEqual({ acme: null, globex: null });
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    expect(world.fleet.portal('globex').schedule?.backupsStored).toBe(5);
    expect(claims().portals).toMatchObject({ acme: expect.any(String), globex: expect.any(String) });
  });

  test('gives none to who does not: its start lies in the future', async () => {
    world.fn.kill();
    world.put('policies/b.yaml', policyText(['globex'], 6));
    putClaims(JSON.stringify({ version: versionOf('policies/b.yaml'), portals: { globex: FUTURE } }), 'b');
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    expect(codes('a')).toEqual({ acme: null, globex: 'CONFLICT' });
    await world.tick();
    expect(codes('b')).toEqual({ globex: 'CONFLICT' });
    expect(world.fleet.portal('globex').counts.all).toBe(0);
  });

  test('nor does a report with such a start: what was read was governed since that run at the latest', async () => {
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    editReport(world, 'a', (outcome) => {
      outcome.governedSince = FUTURE;
    });
    world.aws.s3.remove(BUCKET, CLAIMS);
    world.fn.kill();
    await world.upload('policies/b.yaml', policyText(['globex', 'initech'], 6));
    expect(codes('a')).toEqual({ acme: null, globex: null });
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    const [acme] = world.report('a').policies[0].portals;
    expect(Date.parse(acme?.governedSince ?? '')).toBeLessThanOrEqual(Date.now());
  });
});
