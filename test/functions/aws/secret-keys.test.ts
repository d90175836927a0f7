import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openKeyCache } from '../../../functions/aws/key-cache.ts';
import { nameIn } from '../../../functions/aws/secret-entry.ts';
import { openSecretKeys } from '../../../functions/aws/secret-keys.ts';
import { KeysUnreadableError } from '../../../functions/model/portal-key.ts';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type AwsClients, openClients } from '../../local/aws/aws-clients.ts';
import { skippingClock } from '../skipping-clock.ts';

const PORTALS = Array.from({ length: 45 }, (_, index) => `p${index}`);

let aws: LocalAws;
let clients: AwsClients;
let time = 0;

beforeAll(async () => {
  aws = await startAws();
  clients = openClients(aws.url);
});
afterAll(async () => {
  clients.destroy();
  await aws.close();
});
beforeEach(() => {
  for (const portal of PORTALS) putKey(portal, `sk-${portal}`);
  aws.calls.clear();
  aws.faults.clear();
});

function putKey(portal: string, apiKey: string): void {
  aws.secrets.put(`keys/${portal}`, JSON.stringify({ url: 'https://x.onlyoffice.com', apiKey }));
}

/** Pauses are skipped, and noted. */
const clock = skippingClock();

function source(keepMs = 0, end?: () => AbortSignal) {
  const cache = openKeyCache(keepMs, () => time);
  const client = async () => clients.secrets;
  return openSecretKeys({ client, prefix: 'keys/', cache, clock, random: () => 1, ...(end && { end }) });
}

const batches = () => aws.calls.count({ operation: 'BatchGetSecretValue' });

describe('keys from Secrets Manager', () => {
  test('are read 20 a call, all of them before the first can be had', async () => {
    const lookup = await source()(PORTALS);
    expect(batches()).toBe(3);
    const asked = [...PORTALS].reverse();
    const keys = await Promise.all(asked.map((portal) => lookup.keyOf(portal)));
    expect(keys.map(({ apiKey }) => apiKey)).toEqual(asked.map((portal) => `sk-${portal}`));
    // One more lists the secrets: there may be groups.
    expect(aws.calls.count()).toBe(4);
  });

  test('tell where each of them leads, so that two names of one portal are found out', async () => {
    aws.secrets.put('keys/p1', JSON.stringify({ url: 'https://Y.onlyoffice.com:443/', apiKey: 'sk-1' }));
    aws.secrets.put('keys/p2', 'no JSON');
    const { originOf } = await source()(['p0', 'p1', 'p2', 'p3', 'none']);
    expect(['p0', 'p1', 'p2', 'p3', 'none'].map(originOf)).toEqual([
      'https://x.onlyoffice.com',
      'https://y.onlyoffice.com',
      undefined,
      'https://x.onlyoffice.com',
      undefined,
    ]);
  });

  test('that are kept are not asked for again, and the others fill whole calls', async () => {
    const keys = source(1_000);
    await keys(PORTALS.filter((_, index) => index % 2 === 0));
    aws.calls.clear();
    await keys(PORTALS);
    expect(batches()).toBe(2);
  });

  test('are read at no more than 100 calls a second', async () => {
    const many = Array.from({ length: 2_200 }, (_, index) => `m${index}`);
    for (const portal of many) putKey(portal, 'sk-1');
    const before = clock.pauses.length;
    await source()(many);
    expect(batches()).toBe(110);
    // The clock stands still but for pauses: the first hundred took none, and after this one another hundred may start.
    expect(clock.pauses.slice(before)).toEqual([1_000]);
  });

  test('are not asked for where there is no portal', async () => {
    await source()([]);
    expect(aws.calls.count()).toBe(0);
  });

  test('are kept for a while, and no longer', async () => {
    const keys = source(1_000);
    const apiKey = async () => (await (await keys(['p0'])).keyOf('p0')).apiKey;
    expect(await apiKey()).toBe('sk-p0');
    putKey('p0', 'sk-new');
    time += 999;
    expect(await apiKey()).toBe('sk-p0');
    time += 1;
    expect(await apiKey()).toBe('sk-new');
    expect(batches()).toBe(2);
  });

  test('that could not be read are not kept', async () => {
    const keys = source(1_000);
    aws.secrets.setError('keys/p0', 'AccessDeniedException');
    await expect((await keys(['p0'])).keyOf('p0')).rejects.toMatchObject({ code: 'KEY_DENIED' });
    aws.secrets.setError('keys/p0', undefined);
    expect(await (await keys(['p0'])).keyOf('p0')).toMatchObject({ apiKey: 'sk-p0' });
  });

  test('read afresh are the newest, and kept', async () => {
    const keys = source(1_000);
    const lookup = await keys(['p0']);
    await lookup.keyOf('p0');
    putKey('p0', 'sk-fresh');
    expect(await lookup.refresh?.('p0')).toMatchObject({ apiKey: 'sk-fresh' });
    expect(await (await keys(['p0'])).keyOf('p0')).toMatchObject({ apiKey: 'sk-fresh' });
    aws.secrets.remove('keys/p1');
    await expect(lookup.refresh?.('p1')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  test('whose names begin alike are told apart, also where an error names them by ARN', async () => {
    for (const name of ['acme', 'acme-eu']) putKey(name, `sk-${name}`);
    aws.secrets.setError('keys/acme-eu', 'AccessDeniedException');
    const lookup = await source()(['acme', 'acme-eu']);
    expect(await lookup.keyOf('acme')).toMatchObject({ apiKey: 'sk-acme' });
    await expect(lookup.keyOf('acme-eu')).rejects.toMatchObject({ code: 'KEY_DENIED' });
  });

  const throttled = { service: 'secretsmanager', status: 400, code: 'ThrottlingException' } as const;

  test('that are asked for too fast are asked for again, a little later each time', async () => {
    aws.faults.add({ ...throttled, times: 3 });
    const before = clock.pauses.length;
    expect(await (await source()(['p0'])).keyOf('p0')).toMatchObject({ apiKey: 'sk-p0' });
    expect(clock.pauses.slice(before)).toEqual([600, 1_000, 1_800]);
  });

  test('that are asked for too fast for ever are those portals’ failure, which a retry can help', async () => {
    aws.faults.add({ ...throttled, key: 'keys/p20', times: 100 });
    const lookup = await source()(PORTALS);
    expect(await lookup.keyOf('p44')).toMatchObject({ apiKey: 'sk-p44' });
    await expect(lookup.keyOf('p20')).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE', retryable: true });
    expect(batches()).toBe(2 + 8);
  });

  test('of which a whole call says that some came too fast: these are asked for again in the same run, alone', async () => {
    for (const portal of ['p1', 'p3']) aws.secrets.setError(`keys/${portal}`, 'ThrottlingException');
    const pauses: number[] = [];
    const sleep = async (ms: number) => {
      pauses.push(ms);
      aws.secrets.setError(`keys/p${pauses.length === 1 ? 1 : 3}`, undefined);
    };
    const client = async () => clients.secrets;
    const cache = openKeyCache(0, () => time);
    const keys = openSecretKeys({
      client,
      prefix: 'keys/',
      cache,
      clock: { now: () => 0, sleep },
      random: () => 0,
    });
    const lookup = await keys(['p0', 'p1', 'p2', 'p3']);
    for (const portal of ['p0', 'p1', 'p2', 'p3'])
      expect(await lookup.keyOf(portal)).toMatchObject({ apiKey: `sk-${portal}` });
    expect(pauses).toEqual([200, 200]);
    expect(batches()).toBe(3);
    expect(aws.calls.count({ operation: 'GetSecretValue' })).toBe(0);
  });

  test('of which one comes too fast for ever are that portal’s failure alone', async () => {
    aws.secrets.setError('keys/p1', 'ThrottlingException');
    const lookup = await source()(['p0', 'p1']);
    expect(await lookup.keyOf('p0')).toMatchObject({ apiKey: 'sk-p0' });
    await expect(lookup.keyOf('p1')).rejects.toMatchObject({
      code: 'KEY_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('ThrottlingException'),
    });
    expect(batches()).toBe(4);
    aws.secrets.setError('keys/p1', undefined);
  });

  test('read afresh are asked for again where that came too fast', async () => {
    const lookup = await source()(['p0']);
    aws.faults.add({ ...throttled, times: 2 });
    putKey('p0', 'sk-fresh');
    expect(await lookup.refresh?.('p0')).toMatchObject({ apiKey: 'sk-fresh' });
  });

  test('tell a secret that is not there from one that may not be read', async () => {
    aws.secrets.remove('keys/p1');
    aws.secrets.setError('keys/p2', 'AccessDeniedException');
    const lookup = await source()(['p0', 'p1', 'p2']);
    expect(await lookup.keyOf('p0')).toMatchObject({ apiKey: 'sk-p0' });
    await expect(lookup.keyOf('p1')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
    await expect(lookup.keyOf('p2')).rejects.toMatchObject({ code: 'KEY_DENIED' });
  });

  test.each<[string, string | Buffer]>([
    ['a byte-order mark', '\ufeff{"url":"https://x.onlyoffice.com","apiKey":"sk-bom"}'],
    ['bytes', Buffer.from('{"url":"https://x.onlyoffice.com","apiKey":"sk-bom"}')],
    ['bytes with a mark', Buffer.from('\ufeff{"url":"https://x.onlyoffice.com","apiKey":"sk-bom"}')],
  ])('are read from a secret of %s', async (_, value) => {
    aws.secrets.put('keys/p0', value);
    expect(await (await source()(['p0'])).keyOf('p0')).toMatchObject({ apiKey: 'sk-bom' });
  });

  test.each([
    ['AccessDeniedException', undefined, 'grant secretsmanager:BatchGetSecretValue on *'],
    [
      'AccessDeniedException',
      'User: arn:aws:iam::1:role/x is not authorized to perform: secretsmanager:ListSecrets because no policy allows it',
      'grant secretsmanager:ListSecrets on *',
    ],
    [
      'AccessDeniedException',
      'User: x is not authorized to perform: kms:Decrypt on resource: key/1',
      'grant kms:Decrypt on the key of the secrets',
    ],
  ])(
    'where the call is refused (%s, %s) are the run’s failure, with the action to grant',
    async (code, message, told) => {
      const operation = 'BatchGetSecretValue';
      aws.faults.add({
        service: 'secretsmanager',
        operation,
        status: 400,
        code,
        ...(message && { message }),
      });
      const error = await source()(PORTALS).catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(KeysUnreadableError);
      expect(error).toMatchObject({ code: 'KEYS_UNREADABLE', message: expect.stringContaining(told) });
      expect(batches()).toBe(1);
    },
  );

  test.each(['UnrecognizedClientException', 'InvalidSignatureException', 'ExpiredTokenException'])(
    'without a login (%s) were never asked for: the run’s failure',
    async (code) => {
      aws.faults.add({ service: 'secretsmanager', status: 400, code });
      const error = await source()(PORTALS).catch((failure: unknown) => failure);
      expect(error).toMatchObject({ name: 'AwsUnavailableError', code: 'AWS_UNAVAILABLE' });
      expect(`${error}`).not.toContain('Secrets Manager');
      expect(aws.calls.count()).toBe(1);
    },
  );

  test('that nobody answers for are the run’s failure at the first call, and their portals’ later', async () => {
    aws.faults.add({ service: 'secretsmanager', reset: true });
    await expect(source()(PORTALS)).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE' });
    aws.faults.add({ service: 'secretsmanager', reset: true, key: 'keys/p20' });
    const lookup = await source()(PORTALS);
    await expect(lookup.keyOf('p20')).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE', retryable: true });
    expect(await lookup.keyOf('p0')).toMatchObject({ apiKey: 'sk-p0' });
  });

  test('are waited for until the time for keys is over, and no longer', async () => {
    const end = new AbortController();
    aws.faults.add({ service: 'secretsmanager', hang: true, key: 'keys/p20' });
    const reading = source(0, () => end.signal)(PORTALS);
    await aws.calls.arrival({ operation: 'BatchGetSecretValue' });
    await vi.waitFor(() => expect(batches()).toBe(3));
    end.abort();
    const lookup = await reading;
    await expect(lookup.keyOf('p20')).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE', retryable: true });
    expect(await lookup.keyOf('p0')).toMatchObject({ apiKey: 'sk-p0' });

    aws.calls.clear();
    const late = await source(0, () => end.signal)(['p0']);
    await expect(late.keyOf('p0')).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE', retryable: true });
    expect(aws.calls.count()).toBe(0);
  });
});

describe('a secret that an error names', () => {
  const arn = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}`;
  test.each([
    ['keys/acme', 'keys/acme'],
    [arn('keys/acme-AbC123'), 'keys/acme'],
    [arn('keys/acme-eu-AbC123'), 'keys/acme-eu'],
    [arn('keys/acme-eu'), undefined],
    [arn('keys/acme-AbC12'), undefined],
    [arn('keys/acme-AbC1234'), undefined],
    [arn('keys/acme-AbC123/more'), undefined],
    ['keys/acme-AbC123', undefined],
    ['acme', undefined],
  ])('as %s is %s', (secretId, name) => {
    expect(nameIn(secretId, ['keys/acme', 'keys/acme-eu'])).toBe(name);
  });
});
