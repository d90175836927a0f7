import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openKeyCache } from '../../../functions/aws/key-cache.ts';
import { openSecretKeys } from '../../../functions/aws/secret-keys.ts';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type AwsClients, openClients } from '../../local/aws/aws-clients.ts';
import { skippingClock } from '../skipping-clock.ts';

let aws: LocalAws;
let clients: AwsClients;
let troubles: string[] = [];

beforeAll(async () => {
  aws = await startAws();
  clients = openClients(aws.url);
});
afterAll(async () => {
  clients.destroy();
  await aws.close();
});
beforeEach(() => {
  for (const { name } of [...aws.secrets.all()]) {
    aws.secrets.setError(name, undefined);
    aws.secrets.remove(name);
  }
  aws.calls.clear();
  aws.faults.clear();
  troubles = [];
});

const entry = (apiKey: string, more: object = {}) => ({
  ...{ url: 'https://x.onlyoffice.com', apiKey },
  ...more,
});

function putSingle(portal: string, apiKey = `sk-own-${portal}`, start = 'keys/'): void {
  aws.secrets.put(start + portal, JSON.stringify(entry(apiKey)));
}
function putGroup(name: string, entries: object, start = 'keys/'): void {
  aws.secrets.put(`${start}groups/${name}`, JSON.stringify(entries));
}
function source(keepMs = 0, prefix = 'keys/') {
  return openSecretKeys({
    client: async () => clients.secrets,
    prefix,
    cache: openKeyCache(keepMs, () => 0),
    clock: skippingClock(),
    random: () => 1,
    onTrouble: (message) => troubles.push(message),
  });
}

const count = (operation?: string) => aws.calls.count(operation === undefined ? {} : { operation });
const names = (many: number, start = 'p') => Array.from({ length: many }, (_, at) => `${start}${at}`);

describe('keys in groups', () => {
  test('of 10,000 portals take one list and two batches, and none while they are kept', async () => {
    const portals = names(10_000, 'portal-of-customer-');
    const key = `sk-${'0'.repeat(64)}`;
    for (let at = 0; at < 25; at++) {
      const members = portals.slice(at * 400, (at + 1) * 400);
      const entries = members.map((name) => [name, { url: `https://${name}.onlyoffice.com`, apiKey: key }]);
      putGroup(`g${at}`, Object.fromEntries(entries));
    }
    const keys = source(1_000);
    const lookup = await keys(portals);
    for (const portal of portals)
      expect((await lookup.keyOf(portal)).origin).toBe(`https://${portal}.onlyoffice.com`);
    expect([count('ListSecrets'), count('BatchGetSecretValue'), count()]).toEqual([1, 2, 3]);
    await keys(portals);
    expect(count()).toBe(3);
  });

  test('stand beside single secrets, which are not asked for where a group has the key', async () => {
    putGroup('eu', { a: entry('sk-a'), b: entry('sk-b') });
    putSingle('c');
    const lookup = await source()(['a', 'b', 'c', 'd']);
    const keyOf = async (portal: string) => (await lookup.keyOf(portal)).apiKey;
    expect([await keyOf('a'), await keyOf('b'), await keyOf('c')]).toEqual(['sk-a', 'sk-b', 'sk-own-c']);
    await expect(lookup.keyOf('d')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
    expect(aws.calls.all.at(-1)?.secretIds).toEqual(['keys/c', 'keys/d']);
    expect(troubles).toEqual([]);
  });

  test('give way to a single secret, with a warning, so that keys are moved one by one', async () => {
    putGroup('eu', { a: entry('sk-a'), b: entry('sk-b') });
    putSingle('a');
    const lookup = await source()(['a', 'b']);
    expect(await lookup.keyOf('a')).toMatchObject({ apiKey: 'sk-own-a' });
    const message = expect.stringContaining('"eu"');
    expect(lookup.warningsOf?.('a')).toEqual([{ code: 'KEY_TWICE', message }]);
    expect(lookup.warningsOf?.('b')).toEqual([]);
  });

  test('give way to a single secret even if that can’t be used', async () => {
    putGroup('eu', { a: entry('sk-a') });
    aws.secrets.put('keys/a', 'no JSON');
    await expect((await source()(['a'])).keyOf('a')).rejects.toMatchObject({ code: 'KEY_MALFORMED' });
  });

  test('count again where the single secret is marked for deletion', async () => {
    putGroup('eu', { a: entry('sk-a') });
    putSingle('a');
    const secret = aws.secrets.find('keys/a');
    if (secret) secret.deletedAt = 1;
    const lookup = await source()(['a']);
    expect(await lookup.keyOf('a')).toMatchObject({ apiKey: 'sk-a' });
    expect(lookup.warningsOf?.('a')).toEqual([]);
  });

  test('that stand in two groups, or twice in one, are malformed there alone', async () => {
    putGroup('eu', { a: entry('sk-a'), b: entry('sk-b') });
    putGroup('us', { a: entry('sk-a'), c: entry('sk-c') });
    const one = JSON.stringify(entry('sk-d'));
    aws.secrets.put('keys/groups/odd', `{"d":${one},"\\u0064":${one},"e":${JSON.stringify(entry('sk-e'))}}`);
    const lookup = await source()(['a', 'b', 'c', 'd', 'e']);
    for (const portal of ['b', 'c', 'e']) expect(await lookup.keyOf(portal)).toBeDefined();
    await expect(lookup.keyOf('a')).rejects.toMatchObject({
      code: 'KEY_MALFORMED',
      message: expect.stringMatching(/"eu" and "us"/),
    });
    await expect(lookup.keyOf('d')).rejects.toMatchObject({
      code: 'KEY_MALFORMED',
      message: expect.stringContaining('twice'),
    });
  });

  const secretText = 'sk-0123456789abcdef';
  test.each<[string, string | Buffer]>([
    ['no JSON', `{"a": {"apiKey": "${secretText}"`],
    ['no map', `["${secretText}"]`],
    ['too big', JSON.stringify({ a: { ...entry(secretText), note: 'x'.repeat(70_000) } })],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00])],
  ])('of a group that is broken (%s) are lost alone, and it is told by name', async (_, value) => {
    aws.secrets.put('keys/groups/broken', value);
    putGroup('eu', { b: entry('sk-b') });
    putSingle('c');
    const lookup = await source()(['a', 'b', 'c']);
    expect(await lookup.keyOf('b')).toMatchObject({ apiKey: 'sk-b' });
    expect(await lookup.keyOf('c')).toMatchObject({ apiKey: 'sk-own-c' });
    const error = await lookup.keyOf('a').catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'KEY_MALFORMED', message: expect.stringContaining('"broken"') });
    expect(troubles).toEqual([expect.stringContaining('the group "broken" of keys')]);
    expect(`${error} ${troubles}`).not.toContain('0123');
  });

  test('of a group that may not be read are denied alone, and grants are named', async () => {
    putGroup('eu', { a: entry('sk-a') });
    putGroup('us', { b: entry('sk-b') });
    aws.secrets.setError('keys/groups/eu', 'AccessDeniedException');
    const lookup = await source()(['a', 'b']);
    expect(await lookup.keyOf('b')).toMatchObject({ apiKey: 'sk-b' });
    await expect(lookup.keyOf('a')).rejects.toMatchObject({
      code: 'KEY_DENIED',
      message: expect.stringContaining('secretsmanager:GetSecretValue'),
    });
  });

  test('have a malformed entry for one portal alone', async () => {
    putGroup('eu', {
      a: { url: 'https://x.onlyoffice.com' },
      b: entry('sk-b', { tags: ['x'] }),
      c: entry('sk-c'),
    });
    const lookup = await source()(['a', 'b', 'c']);
    for (const portal of ['a', 'b'])
      await expect(lookup.keyOf(portal)).rejects.toMatchObject({ code: 'KEY_MALFORMED' });
    expect(await lookup.keyOf('c')).toMatchObject({ apiKey: 'sk-c' });
  });

  test('that are not found are looked for once more when the list is a run old', async () => {
    putGroup('eu', { a: entry('sk-a') });
    const keys = source(1_000);
    await keys(['a']);
    putGroup('us', { b: entry('sk-b') });
    aws.calls.clear();
    expect(await (await keys(['a', 'b'])).keyOf('b')).toMatchObject({ apiKey: 'sk-b' });
    expect(count('ListSecrets')).toBe(1);
    aws.calls.clear();
    const lookup = await source(1_000)(['a', 'none']);
    await expect(lookup.keyOf('none')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
    expect(count('ListSecrets')).toBe(1);
  });

  test('that a portal does not take make their group be read afresh, once for all its portals', async () => {
    putGroup('eu', { a: entry('sk-a'), b: entry('sk-b') });
    const keys = source(1_000);
    const lookup = await keys(['a', 'b']);
    putGroup('eu', { a: entry('sk-new-a'), b: entry('sk-new-b') });
    aws.calls.clear();
    expect(await lookup.refresh?.('a')).toMatchObject({ apiKey: 'sk-new-a' });
    expect(await lookup.refresh?.('b')).toMatchObject({ apiKey: 'sk-new-b' });
    expect([count('GetSecretValue'), count()]).toEqual([1, 1]);
    // And kept for the next run.
    expect(await (await keys(['a'])).keyOf('a')).toMatchObject({ apiKey: 'sk-new-a' });
    expect(count()).toBe(1);
  });

  test('that were moved to a secret of their own are found there when they are read afresh', async () => {
    putGroup('eu', { a: entry('sk-a') });
    const lookup = await source()(['a']);
    putGroup('eu', {});
    putSingle('a');
    expect(await lookup.refresh?.('a')).toMatchObject({ apiKey: 'sk-own-a' });
  });

  test('that were moved into a group while their own secret was kept are found there', async () => {
    putSingle('a');
    putGroup('eu', { a: entry('sk-a') });
    const keys = source(1_000);
    await keys(['a']);
    aws.secrets.remove('keys/a');
    putGroup('eu', { a: entry('sk-new') });
    expect(await (await keys(['a'])).refresh?.('a')).toMatchObject({ apiKey: 'sk-new' });
    expect(await (await keys(['a'])).keyOf('a')).toMatchObject({ apiKey: 'sk-new' });
  });

  test('of another prefix, of a team, or of a longer name are nobody’s here', async () => {
    putGroup('eu', { a: entry('sk-a') }, 'keys/red/');
    putGroup('eu', { a: entry('sk-a') }, 'keys-two/');
    const lookup = await source()(['a', 'groups']);
    await expect(lookup.keyOf('a')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
    expect(await (await source(0, 'keys/red/')(['a'])).keyOf('a')).toMatchObject({ apiKey: 'sk-a' });
  });

  test('are found beside more single secrets than one page of the list holds', async () => {
    const singles = names(250);
    for (const portal of singles) putSingle(portal);
    await source()(singles);
    // A page, the groups' own (none), and the secrets: nobody lists on.
    expect([count('ListSecrets'), count('BatchGetSecretValue')]).toEqual([2, 13]);
    putGroup('eu', { p249: entry('sk-group'), q: entry('sk-q') });
    const lookup = await source()([...singles, 'q']);
    expect(await lookup.keyOf('q')).toMatchObject({ apiKey: 'sk-q' });
    expect(await lookup.keyOf('p249')).toMatchObject({ apiKey: 'sk-own-p249' });
    expect(lookup.warningsOf?.('p249')).toMatchObject([{ code: 'KEY_TWICE' }]);
  });

  test('are not known where the list is denied: single secrets are used, and that is told once', async () => {
    aws.faults.add({
      service: 'secretsmanager',
      operation: 'ListSecrets',
      status: 400,
      code: 'AccessDeniedException',
    });
    putGroup('eu', { a: entry('sk-a') });
    putSingle('b');
    const lookup = await source()(['a', 'b']);
    expect(await lookup.keyOf('b')).toMatchObject({ apiKey: 'sk-own-b' });
    await expect(lookup.keyOf('a')).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
      message: expect.stringContaining('secretsmanager:ListSecrets'),
    });
    expect(troubles).toEqual([expect.stringContaining('secretsmanager:ListSecrets')]);
  });

  test('that could not be listed just now may be there: what is not found can be tried again', async () => {
    aws.faults.add({
      service: 'secretsmanager',
      operation: 'ListSecrets',
      status: 400,
      code: 'InternalServiceError',
    });
    putSingle('b');
    const lookup = await source()(['a', 'b']);
    expect(await lookup.keyOf('b')).toMatchObject({ apiKey: 'sk-own-b' });
    await expect(lookup.keyOf('a')).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE', retryable: true });
  });
});

describe('the list of keys', () => {
  test('holds single secrets with their own tags and groups’ entries with theirs, and no group', async () => {
    putGroup('eu', {
      b: entry('sk-b', { tags: { tier: 'gold', size: 7 } }),
      c: entry('sk-c', { tags: { tier: 'x' } }),
    });
    putSingle('c');
    putSingle('a');
    putSingle('red/z');
    aws.secrets.tag('keys/c', { tier: 'silver' });
    const { keys, unreadGroups } = await source().list();
    expect([...keys].map(([portal, tags]) => [portal, Object.fromEntries(tags)])).toEqual([
      ['a', {}],
      ['b', { tier: 'gold', size: '7' }],
      ['c', { tier: 'silver' }],
    ]);
    expect(unreadGroups).toEqual([]);
  });

  test('is as it is now, and what it read is not read again by the run', async () => {
    const keys = source(1_000);
    putGroup('eu', { a: entry('sk-a') });
    await keys.list();
    putGroup('us', { b: entry('sk-b') });
    expect([...(await keys.list()).keys.keys()]).toEqual(['a', 'b']);
    aws.calls.clear();
    await keys(['a', 'b']);
    expect(count()).toBe(0);
  });

  test('says which groups it could not read', async () => {
    aws.secrets.put('keys/groups/broken', 'no JSON');
    putGroup('eu', { a: entry('sk-a') });
    const { keys, unreadGroups } = await source().list();
    expect([[...keys.keys()], unreadGroups]).toEqual([['a'], ['broken']]);
  });

  test.each([
    ['AccessDeniedException', 'KEYS_UNREADABLE'],
    ['InternalServiceError', 'AWS_UNAVAILABLE'],
  ])('is never empty because it could not be had (%s)', async (code, failure) => {
    putSingle('a');
    aws.faults.add({ service: 'secretsmanager', operation: 'ListSecrets', status: 400, code, times: 9 });
    await expect(source().list()).rejects.toMatchObject({ code: failure });
  });
});
