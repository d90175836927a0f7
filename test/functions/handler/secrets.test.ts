import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const ALL = Array.from({ length: 45 }, (_, index) => `p${index}`);
const KEY = 'policies/fleet.yaml';

/** Lambda's retry of an event has the request id of its first try. */
const SAME_RUN = { requestId: 'the same run' };

let world: Deployment;
beforeEach(() => world.reset());
afterAll(() => world.close());

const secret = (portal: string) => `docspace/portals/${portal}`;
const outcome = (portal: string) =>
  world.report('fleet').policies[0].portals.find((entry) => entry.portal === portal);

describe('keys that are not kept', () => {
  beforeAll(async () => {
    world = await deploy(
      ALL.map((name) => ({ name })),
      { KEY_CACHE_SECONDS: '0' },
    );
  });
  afterAll(() => world.close());

  test('are read 20 a call, each once', async () => {
    expect((await world.upload(KEY, policyText(ALL))).result).toMatchObject({ totals: { create: 45 } });
    expect(world.calls('BatchGetSecretValue')).toBe(3);
    expect(world.aws.calls.all.flatMap(({ secretIds = [] }) => secretIds)).toEqual(ALL.map(secret));
    expect(world.calls('GetSecretValue')).toBe(0);
  });

  test('are on their way while the last report is read', async () => {
    const report = { service: 's3', operation: 'GetObject', key: 'reports/fleet/latest.json' } as const;
    world.aws.faults.add({ ...report, until: world.aws.calls.arrival({ operation: 'BatchGetSecretValue' }) });
    expect((await world.upload(KEY, policyText(['p0']))).result).toMatchObject({ totals: { create: 1 } });
    expect(world.aws.faults.pending()).toBe(0);
  });

  test('fail one by one, in one batch, and spare their neighbours', async () => {
    const { secrets } = world.aws;
    secrets.remove(secret('p0'));
    secrets.put(secret('p1'), 'sk-no-json');
    secrets.put(secret('p2'), '{"url": "https://acme.onlyoffice.com"}');
    secrets.put(secret('p3'), '{"url": "https://u:p@acme.onlyoffice.com", "apiKey": "sk-1"}');
    secrets.put(secret('p4'), Buffer.from([1, 2, 3]));
    secrets.put(secret('p5'), '{"url": "https://evil.example.com", "apiKey": "sk-1"}');
    secrets.setError(secret('p6'), 'AccessDeniedException');
    secrets.setError(secret('p7'), 'DecryptionFailure');
    secrets.setError(secret('p8'), 'InvalidRequestException');
    secrets.setError(secret('p9'), 'ThrottlingException');
    secrets.setError(secret('p10'), 'InternalServiceError');
    const { errorType, errorMessage } = await world.upload(KEY, policyText(ALL.slice(0, 13)));
    expect({ errorType, errorMessage }).toEqual({
      errorType: 'PortalsLeftError',
      errorMessage: 'attempt 1 of 3: 2 portals of policy "fleet" to be tried again',
    });
    const { portals, totals } = world.report('fleet').policies[0];
    expect(portals.map(({ error }) => error && [error.code, error.retryable])).toEqual([
      ['KEY_NOT_FOUND', false],
      ['KEY_MALFORMED', false],
      ['KEY_MALFORMED', false],
      ['KEY_MALFORMED', false],
      ['KEY_MALFORMED', false],
      ['HOST_NOT_ALLOWED', false],
      ['KEY_DENIED', false],
      ['KEY_DENIED', false],
      ['KEY_NOT_FOUND', false],
      ['KEY_UNAVAILABLE', true],
      ['KEY_UNAVAILABLE', true],
      undefined,
      undefined,
    ]);
    expect(totals).toMatchObject({ failed: 11, create: 2 });
    expect(world.fleet.requests.counts.all).toBe(8);
    // Once for all, and thrice for the one of which too many calls were made.
    expect(world.calls('BatchGetSecretValue')).toBe(4);
  });

  test('are asked for again, on a retry, where they could not be given alone', async () => {
    world.aws.secrets.setError(secret('p30'), 'ThrottlingException');
    const event = world.put(KEY, policyText(ALL));
    expect(await world.fn.invoke(event, SAME_RUN)).toMatchObject({ errorType: 'PortalsLeftError' });
    world.aws.secrets.setError(secret('p30'), undefined);
    world.aws.calls.clear();
    world.fleet.requests.clear();
    expect((await world.fn.invoke(event, SAME_RUN)).result).toMatchObject({
      ok: true,
      totals: { create: 45 },
    });
    // Those of the others, too: it might lead to the portal of one of them.
    expect(world.aws.calls.all.flatMap(({ secretIds = [] }) => secretIds)).toEqual(ALL.map(secret));
    expect(world.fleet.requests.counts).toMatchObject({ write: 1 });
    expect(world.fleet.portal('p30').counts.write).toBe(1);
  });

  const refusal = { service: 'secretsmanager', status: 400, code: 'AccessDeniedException' } as const;

  test('that may not be read at all fail the run, and the report says so', async () => {
    world.aws.faults.add({ ...refusal, operation: 'BatchGetSecretValue' });
    const event = world.put(KEY, policyText(['p0', 'p1']));
    expect(await world.fn.invoke(event)).toEqual({
      errorType: 'KeysUnreadableError',
      errorMessage:
        "the portals' keys cannot be read from Secrets Manager (AccessDeniedException): grant " +
        'secretsmanager:BatchGetSecretValue on *, beside secretsmanager:GetSecretValue on the secrets, to the role that this runs as',
    });
    expect(world.report('fleet')).toMatchObject({ ok: false, error: { code: 'KEYS_UNREADABLE' } });
    expect(world.report('fleet').policies[0]).toMatchObject({
      portals: [],
      totals: { portals: 2, create: 0 },
    });
    expect(world.fleet.requests.counts.all).toBe(0);

    expect((await world.fn.invoke(event)).result).toMatchObject({ ok: true, totals: { create: 2 } });
    expect(world.report('fleet')).toMatchObject({ ok: true });
    expect(world.report('fleet')).not.toHaveProperty('error');
  });

  test('that may not be read at all fail a tick, too', async () => {
    world.put(KEY, policyText(['p0']));
    world.aws.faults.add({ ...refusal, operation: 'BatchGetSecretValue' });
    expect(await world.tick()).toMatchObject({ errorType: 'KeysUnreadableError' });
  });

  test('that may not be read from the second batch on fail those portals alone', async () => {
    world.aws.faults.add({ ...refusal, key: secret('p20') });
    expect((await world.upload(KEY, policyText(ALL))).result).toMatchObject({
      ok: false,
      totals: { create: 25, failed: 20 },
    });
    expect(outcome('p20')).toMatchObject({ error: { code: 'KEY_DENIED' }, requests: 0 });
  });

  test('of a batch that is throttled now and then come all the same', async () => {
    world.aws.faults.add({
      service: 'secretsmanager',
      status: 400,
      code: 'ThrottlingException',
      key: secret('p20'),
      times: 2,
    });
    expect((await world.upload(KEY, policyText(ALL))).result).toMatchObject({
      ok: true,
      totals: { create: 45 },
    });
  });

  test('of a batch that is lost are their portals’ own failure, and can be retried', async () => {
    world.aws.faults.add({ service: 'secretsmanager', reset: true, key: secret('p20'), times: 2 });
    expect(await world.upload(KEY, policyText(ALL))).toMatchObject({
      errorType: 'PortalsLeftError',
      errorMessage: 'attempt 1 of 3: 20 portals of policy "fleet" to be tried again',
    });
    expect(outcome('p20')).toMatchObject({ error: { code: 'KEY_UNAVAILABLE', retryable: true } });
  });

  test('of portals in a conflict, or to a destination that is not allowed, open nothing', async () => {
    await world.upload(KEY, policyText(['p0']).replace('acme-backups', 'evil-backups'));
    expect(outcome('p0')).toMatchObject({ error: { code: 'DESTINATION_NOT_ALLOWED' }, requests: 0 });
    expect(world.fleet.requests.counts.all).toBe(0);
  });
});

describe('a warm function', () => {
  beforeAll(async () => {
    world = await deploy(['acme', 'globex'].map((name) => ({ name })));
  });

  test('does not read a key again for a while', async () => {
    await world.upload(KEY, policyText(['acme', 'globex'], 5));
    await world.upload(KEY, policyText(['acme', 'globex'], 6));
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { none: 2 } });
    expect(world.calls('BatchGetSecretValue')).toBe(1);
  });

  test('reads a key afresh that was rotated meanwhile, once', async () => {
    await world.upload(KEY, policyText(['acme', 'globex'], 5));
    const acme = world.fleet.portal('acme');
    acme.keys = [{ key: 'sk-fresh' }];
    world.aws.secrets.put(secret('acme'), JSON.stringify({ url: acme.url, apiKey: 'sk-fresh' }));
    world.aws.calls.clear();
    expect((await world.upload(KEY, policyText(['acme', 'globex'], 6))).result).toMatchObject({ ok: true });
    expect(outcome('acme')).toMatchObject({ status: 'done', requests: 4 });
    expect(world.calls('GetSecretValue')).toBe(1);

    expect((await world.upload(KEY, policyText(['acme', 'globex'], 7))).result).toMatchObject({ ok: true });
    expect(outcome('acme')).toMatchObject({ requests: 3 });
    expect(world.calls('GetSecretValue')).toBe(1);
  });

  test('leaves a portal after one request whose key is the same and is not taken', async () => {
    world.aws.secrets.put(secret('globex'), JSON.stringify(world.fleet.keys().globex));
    await world.upload(KEY, policyText(['globex'], 5));
    world.fleet.portal('globex').keys = [{ key: 'sk-other' }];
    world.fleet.requests.clear();
    expect((await world.upload(KEY, policyText(['globex'], 6))).result).toMatchObject({
      ok: false,
      totals: { failed: 1 },
    });
    expect(outcome('globex')).toMatchObject({
      error: { code: 'UNAUTHORIZED', retryable: false },
      requests: 1,
    });
    expect(world.fleet.requests.counts.all).toBe(1);
  });

  test('leaves it, too, where the fresh key can’t be read', async () => {
    await world.upload(KEY, policyText(['globex'], 5));
    world.fleet.portal('globex').keys = [{ key: 'sk-other' }];
    world.aws.secrets.setError(secret('globex'), 'AccessDeniedException');
    await world.upload(KEY, policyText(['globex'], 6));
    expect(outcome('globex')).toMatchObject({ error: { code: 'UNAUTHORIZED' }, requests: 1 });
  });
});
