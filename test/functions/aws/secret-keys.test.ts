import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openKeyCache } from '../../../functions/aws/key-cache.ts';
import { openSecretKeys } from '../../../functions/aws/secret-keys.ts';
import { KeysUnreadableError } from '../../../functions/model/portal-key.ts';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type AwsClients, openClients } from '../../local/aws/aws-clients.ts';

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

function source(keepMs = 0) {
  const cache = openKeyCache(keepMs, () => time);
  return openSecretKeys({ client: async () => clients.secrets, prefix: 'keys/', cache });
}

const batches = () => aws.calls.count({ operation: 'BatchGetSecretValue' });

describe('keys from Secrets Manager', () => {
  test('come 20 a call, in whatever order portals ask', async () => {
    const lookup = await source()(PORTALS);
    expect(batches()).toBe(1);
    const asked = [...PORTALS].reverse();
    const keys = await Promise.all(asked.map((portal) => lookup.keyOf(portal)));
    expect(keys.map(({ apiKey }) => apiKey)).toEqual(asked.map((portal) => `sk-${portal}`));
    expect(batches()).toBe(3);
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

  test('whose names begin alike are told apart', async () => {
    for (const name of ['acme', 'acme-eu']) putKey(name, `sk-${name}`);
    aws.secrets.setError('keys/acme-eu', 'AccessDeniedException');
    const lookup = await source()(['acme', 'acme-eu']);
    expect(await lookup.keyOf('acme')).toMatchObject({ apiKey: 'sk-acme' });
    await expect(lookup.keyOf('acme-eu')).rejects.toMatchObject({ code: 'KEY_DENIED' });
  });

  test.each([
    'AccessDeniedException',
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'ExpiredTokenException',
  ])('where the call itself is refused (%s) are the run’s failure', async (code) => {
    aws.faults.add({ service: 'secretsmanager', status: 403, code });
    await expect(source()(PORTALS)).rejects.toBeInstanceOf(KeysUnreadableError);
  });
});
