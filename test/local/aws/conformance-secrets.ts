import {
  BatchGetSecretValueCommand,
  type BatchGetSecretValueCommandInput,
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './aws-clients.ts';
import type { ConformanceWorld } from './conformance-world.ts';

export function describeSecrets({ clients, freshName, deviates }: ConformanceWorld): void {
  const create = (Name: string, SecretString = `value of ${Name}`) =>
    clients().secrets.send(new CreateSecretCommand({ Name, SecretString }));
  const get = (SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}) =>
    clients().secrets.send(new GetSecretValueCommand({ SecretId, ...more }));
  const batch = (input: BatchGetSecretValueCommandInput) =>
    clients().secrets.send(new BatchGetSecretValueCommand(input));
  const notFound = {
    name: 'ResourceNotFoundException',
    status: deviates('answers 404 to a missing secret') ? 404 : 400,
  };
  /** Makes `count` secrets below a prefix of their own. */
  const createMany = async (count: number): Promise<{ prefix: string; names: string[] }> => {
    const prefix = `${freshName('docspace')}/`;
    const names = Array.from({ length: count }, (_, index) => `${prefix}portal-${100 + index}`);
    for (const name of names) await create(name);
    return { prefix, names };
  };

  describe('Secrets Manager', () => {
    it('gives a secret by its name, its ARN, and its ARN without the random end', async () => {
      const name = freshName('docspace/portals/acme');
      const { ARN = '', VersionId } = await create(name, '{"apiKey":"k"}');
      expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:\d{12}:secret:.+-[A-Za-z0-9]{6}$/);
      for (const id of [name, ARN, ARN.slice(0, -7)]) {
        expect(await get(id)).toMatchObject({
          ARN,
          Name: name,
          SecretString: '{"apiKey":"k"}',
          VersionId,
          VersionStages: ['AWSCURRENT'],
          CreatedDate: expect.any(Date),
        });
      }
    });

    it('keeps bytes as bytes', async () => {
      const Name = freshName('binary');
      const SecretBinary = Uint8Array.of(0, 255, 128, 10);
      await clients().secrets.send(new CreateSecretCommand({ Name, SecretBinary }));
      const got = await get(Name);
      expect(Buffer.from(got.SecretBinary ?? [])).toEqual(Buffer.from(SecretBinary));
      expect(got.SecretString).toBeUndefined();
      const { SecretValues } = await batch({ SecretIdList: [Name] });
      expect(Buffer.from(SecretValues?.[0]?.SecretBinary ?? [])).toEqual(Buffer.from(SecretBinary));
    });

    it('gives the newest value, and the one before it by its stage or version', async () => {
      const name = freshName('rotated');
      const { VersionId: first } = await create(name, 'one');
      const { VersionId: second } = await clients().secrets.send(
        new PutSecretValueCommand({ SecretId: name, SecretString: 'two' }),
      );
      expect(second).not.toBe(first);
      expect(await get(name)).toMatchObject({ SecretString: 'two', VersionId: second });
      expect(await get(name, { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'one' });
      expect(await get(name, { VersionId: first })).toMatchObject({ SecretString: 'one' });
      expect(await refusalOf(get(name, { VersionStage: 'AWSPENDING' }))).toEqual(notFound);
    });

    it.skipIf(deviates('makes a version of each repeated call'))(
      'puts a value once however often the same call arrives',
      async () => {
        const name = freshName('idempotent');
        await create(name, 'one');
        const put = (SecretString: string) =>
          clients().secrets.send(
            new PutSecretValueCommand({
              SecretId: name,
              SecretString,
              ClientRequestToken: '11111111-2222-4333-8444-555555555555',
            }),
          );
        await put('two');
        await put('two');
        expect(await get(name, { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'one' });
        expect(await refusalOf(put('three'))).toMatchObject({ name: 'ResourceExistsException' });
      },
    );

    it('refuses what is not there, and a name that is taken', async () => {
      const name = freshName('taken');
      await create(name);
      expect(await refusalOf(get(freshName('missing')))).toEqual(notFound);
      const putting = new PutSecretValueCommand({ SecretId: freshName('missing'), SecretString: 'x' });
      expect(await refusalOf(clients().secrets.send(putting))).toEqual(notFound);
      expect(await refusalOf(create(name))).toEqual({ name: 'ResourceExistsException', status: 400 });
    });

    it('hides a value at once when its secret is deleted, and frees the name only if forced', async () => {
      const { secrets } = clients();
      const name = freshName('deleted');
      await create(name);
      await secrets.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }));
      expect(await refusalOf(get(name))).toEqual({ name: 'InvalidRequestException', status: 400 });
      expect(await refusalOf(create(name))).toMatchObject({ status: 400 });
      await secrets.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
      expect(await refusalOf(get(name))).toEqual(notFound);
      await create(name, 'again');
      expect(await get(name)).toMatchObject({ SecretString: 'again' });
    });

    it('reads a batch of 20, by name or ARN, in which each secret fails by itself', async () => {
      const { names } = await createMany(18);
      const { ARN = '' } = await create(freshName('by-arn'), 'asked for by ARN');
      const missing = freshName('missing');
      const { SecretValues, Errors } = await batch({ SecretIdList: [...names, missing, ARN] });
      expect(SecretValues?.map(({ SecretString }) => SecretString).toSorted()).toEqual(
        [...names.map((name) => `value of ${name}`), 'asked for by ARN'].toSorted(),
      );
      expect(Errors).toMatchObject([{ SecretId: missing, ErrorCode: 'ResourceNotFoundException' }]);
    });

    it.skipIf(deviates('takes any batch')).each<[string, BatchGetSecretValueCommandInput]>([
      ['more than 20 ids', { SecretIdList: Array.from({ length: 21 }, (_, index) => `portal-${index}`) }],
      ['neither ids nor filters', {}],
      ['both', { SecretIdList: ['a'], Filters: [{ Key: 'name', Values: ['a'] }] }],
      ['pages of more than 20', { Filters: [{ Key: 'name', Values: ['a'] }], MaxResults: 21 }],
    ])('refuses a batch of %s', async (_what, input) => {
      const { name, status } = await refusalOf(batch(input));
      expect(['ValidationException', 'InvalidParameterException']).toContain(name);
      expect(status).toBe(400);
    });

    it.skipIf(deviates('gives batches by filter in one page'))(
      'reads batches by the start of the name, page by page',
      async () => {
        const { prefix, names } = await createMany(23);
        await create(freshName('other'));
        const seen: (string | undefined)[] = [];
        const sizes: number[] = [];
        let NextToken: string | undefined;
        do {
          const page = await batch({
            Filters: [{ Key: 'name', Values: [prefix] }],
            MaxResults: 10,
            NextToken,
          });
          sizes.push(page.SecretValues?.length ?? 0);
          seen.push(...(page.SecretValues ?? []).map(({ Name }) => Name));
          NextToken = page.NextToken;
        } while (NextToken !== undefined);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
        expect(seen.toSorted()).toEqual(names);
      },
    );

    it('lists secrets by the start of the name, page by page, without their values', async () => {
      const { prefix, names } = await createMany(7);
      const seen: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const page = await clients().secrets.send(
          new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }], MaxResults: 3, NextToken }),
        );
        expect(JSON.stringify(page)).not.toContain('value of');
        seen.push(...(page.SecretList ?? []).map(({ Name }) => Name));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      expect(seen.toSorted()).toEqual(names);
    });
  });
}
