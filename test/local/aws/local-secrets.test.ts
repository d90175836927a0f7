import {
  BatchGetSecretValueCommand,
  GetSecretValueCommand,
  paginateBatchGetSecretValue,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type AwsClients, openClients, refusalOf } from './aws-clients.ts';

let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await startAws();
  clients = openClients(aws.url);
});
afterEach(async () => {
  clients.destroy();
  await aws.close();
});

const get = (SecretId: string) => clients.secrets.send(new GetSecretValueCommand({ SecretId }));
const batch = (...SecretIdList: string[]) =>
  clients.secrets.send(new BatchGetSecretValueCommand({ SecretIdList }));

it.each(['AccessDeniedException', 'DecryptionFailure', 'InternalServiceError', 'ResourceNotFoundException'])(
  'answers %s for one secret, and heals it again',
  async (code) => {
    aws.secrets.put('acme', 'value of acme');
    aws.secrets.put('globex', 'value of globex');
    aws.secrets.setError('globex', code, 'as set');
    expect(await batch('acme', 'globex')).toMatchObject({
      SecretValues: [{ Name: 'acme', SecretString: 'value of acme' }],
      Errors: [{ SecretId: 'globex', ErrorCode: code, Message: 'as set' }],
    });
    expect(await refusalOf(get('globex'))).toMatchObject({ name: code });
    aws.secrets.setError('globex', undefined);
    expect(await get('globex')).toMatchObject({ SecretString: 'value of globex' });
  },
);

it('refuses a secret by its ARN when its name is set to fail, and one that is not there', async () => {
  const { arn } = aws.secrets.put('acme', 'value');
  aws.secrets.setError('acme', 'AccessDeniedException');
  aws.secrets.setError('missing', 'AccessDeniedException');
  const { Errors } = await batch(arn, 'missing');
  expect(Errors).toMatchObject([
    { SecretId: arn, ErrorCode: 'AccessDeniedException' },
    { SecretId: 'missing', ErrorCode: 'AccessDeniedException' },
  ]);
});

it('shows tests what is there, and gives a secret made again another ARN', () => {
  const { arn } = aws.secrets.put('acme', 'one');
  aws.secrets.put('acme', 'two');
  expect(aws.secrets.find(arn)?.versions.map(({ text }) => text)).toEqual(['two', 'one']);
  aws.secrets.remove('acme');
  expect(aws.secrets.find('acme')).toBeUndefined();
  expect(aws.secrets.put('acme', 'three').arn).not.toBe(arn);
  expect(aws.secrets.find(arn)).toBeUndefined();
});

it('gives 10,000 secrets by filter, 20 a page', async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `docspace/portals/portal-${index}`);
  for (const name of names) aws.secrets.put(name, name);
  aws.secrets.put('other', 'other');
  const seen: (string | undefined)[] = [];
  const pages = paginateBatchGetSecretValue(
    { client: clients.secrets },
    { Filters: [{ Key: 'name', Values: ['docspace/portals/'] }] },
  );
  for await (const page of pages)
    seen.push(...(page.SecretValues ?? []).map(({ SecretString }) => SecretString));
  expect(seen).toEqual(names);
  expect(aws.calls.count()).toBe(500);
});
