import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { policyText } from '../../policy-text.ts';
import { runCli, writeFiles } from '../run-cli.ts';

let aws: LocalAws;
let fleet: Fleet;
beforeEach(async () => {
  [aws, fleet] = await Promise.all([startAws(), startFleet([{ name: 'acme' }, { name: 'globex' }])]);
  aws.s3.createBucket('acme-policies', { versioning: true });
  for (const [portal, entry] of Object.entries(fleet.keys()))
    aws.secrets.put(`docspace/portals/${portal}`, JSON.stringify(entry));
});
afterEach(() => Promise.all([aws.close(), fleet.close()]));

const BATCH = { service: 'secretsmanager', operation: 'BatchGetSecretValue' } as const;

const json = (out: string) => JSON.parse(out);

describe('with keys from AWS', () => {
  test('a policy of s3:// is applied under the name and version that it has in the bucket', async () => {
    aws.s3.put('acme-policies', 'policies/eu/fleet.yaml', policyText(['acme', 'globex', 'initech']));
    const { code, out } = await runCli(
      ['apply', 's3://acme-policies/policies/eu/fleet.yaml', '--json'],
      aws.env(),
    );
    const [policy] = json(out).policies;
    expect(code).toBe(1);
    expect(policy).toMatchObject({
      policy: 'eu/fleet',
      file: 's3://acme-policies/policies/eu/fleet.yaml',
      totals: { create: 2, failed: 1 },
    });
    expect(policy.version).toMatch(/^[\w.-]{10,}$/);
    expect(policy.portals[2]).toMatchObject({ error: { code: 'KEY_NOT_FOUND' }, requests: 0 });
    expect(aws.calls.count({ operation: 'BatchGetSecretValue' })).toBe(1);
  });

  test('nothing stands on stderr when all is well', async () => {
    aws.s3.put('acme-policies', 'policies/fleet.yaml', policyText(['acme', 'globex']));
    const plan = await runCli(['plan', 's3://acme-policies/policies/fleet.yaml'], aws.env());
    expect(plan).toMatchObject({ code: 2, err: '' });
    expect(plan.out).not.toContain('\u001b');
  });

  test('an object that is not there, and a bucket that is not, are errors of their policies', async () => {
    const { code, out } = await runCli(
      ['validate', 's3://acme-policies/nowhere.yaml', 's3://nobodys/fleet.yaml', '--json'],
      aws.env(),
    );
    expect(code).toBe(1);
    expect(json(out).policies.map(({ errors }: { errors: unknown[] }) => errors)).toEqual([
      [{ line: 1, column: 1, message: 'there is no such object' }],
      [{ line: 1, column: 1, message: 'the object cannot be read (NoSuchBucket)' }],
    ]);
  });

  test('secrets below another prefix are read where SECRETS_PREFIX says so', async () => {
    aws.secrets.put('team/acme', JSON.stringify(fleet.keys().acme));
    const files = writeFiles({ 'fleet.yaml': policyText(['acme', 'globex']) });
    const { out } = await runCli(['plan', files['fleet.yaml'], '--json'], {
      ...aws.env(),
      SECRETS_PREFIX: 'team/',
    });
    expect(json(out).policies[0].portals).toMatchObject([
      { status: 'planned' },
      { error: { code: 'KEY_NOT_FOUND' } },
    ]);
  });

  test('lists are open, and closed by the variables of a deployment', async () => {
    const files = writeFiles({ 'fleet.yaml': policyText(['acme']) });
    const codeWith = async (env: Record<string, string>) => {
      const { out } = await runCli(['plan', files['fleet.yaml'], '--json'], { ...aws.env(), ...env });
      return json(out).policies[0].portals[0].error?.code;
    };
    expect(await codeWith({})).toBeUndefined();
    expect(await codeWith({ ALLOWED_DESTINATIONS: 'Documents' })).toBe('DESTINATION_NOT_ALLOWED');
    expect(await codeWith({ ALLOWED_DESTINATIONS: 'ThirdPartyConsumer:s3:acme-*' })).toBeUndefined();
    expect(await codeWith({ ALLOWED_HOSTS: '*.onlyoffice.com' })).toBe('HOST_NOT_ALLOWED');
    expect(await codeWith({ ALLOWED_RANGES: '10.0.0.0/8' })).toBe('HOST_NOT_ALLOWED');
    expect(await codeWith({ ALLOWED_RANGES: '10.0.0.0/8', ALLOW_INSECURE_LOOPBACK: 'true' })).toBeUndefined();
  });

  test('a refusal of the whole call is the run’s own error', async () => {
    aws.faults.add({ ...BATCH, status: 400, code: 'AccessDeniedException' });
    const files = writeFiles({ 'fleet.yaml': policyText(['acme']) });
    const { code, out } = await runCli(['apply', files['fleet.yaml'], '--json'], aws.env());
    expect(code).toBe(1);
    expect(json(out)).toMatchObject({ ok: false, error: { code: 'KEYS_UNREADABLE' } });
    expect(fleet.requests.counts.all).toBe(0);
  });

  test('and the action to grant is told with it', async () => {
    aws.faults.add({ ...BATCH, status: 400, code: 'AccessDeniedException' });
    const files = writeFiles({ 'fleet.yaml': policyText(['acme']) });
    const { code, out, err } = await runCli(['plan', files['fleet.yaml']], aws.env());
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/grant secretsmanager:BatchGetSecretValue on \*.*\(KEYS_UNREADABLE\)\n$/);
    expect(err.trimEnd()).not.toContain('\n');
  });

  test('a policy that may not be read is told with the action to grant', async () => {
    aws.faults.add({ service: 's3', status: 403, code: 'AccessDenied' });
    const { out } = await runCli(['validate', 's3://acme-policies/policies/fleet.yaml', '--json'], aws.env());
    expect(json(out).policies[0].errors[0].message).toMatch(
      /^the object cannot be read \(AccessDenied\): grant s3:GetObject/,
    );
  });

  test('one secret of a batch is that portal’s failure, and its code tells the two causes apart', async () => {
    const files = writeFiles({ 'fleet.yaml': policyText(['acme', 'globex', 'initech', 'umbrella']) });
    aws.secrets.put('docspace/portals/umbrella', '{}');
    aws.secrets.setError('docspace/portals/umbrella', 'AccessDeniedException');
    const { out } = await runCli(['plan', files['fleet.yaml'], '--json'], aws.env());
    expect(json(out).policies[0].portals).toMatchObject([
      { status: 'planned' },
      { status: 'planned' },
      { status: 'failed', error: { code: 'KEY_NOT_FOUND' }, requests: 0 },
      { status: 'failed', error: { code: 'KEY_DENIED' }, requests: 0 },
    ]);
  });

  test('nothing stands on stderr when all is well, also on an old Node', async () => {
    const files = writeFiles({ 'fleet.yaml': policyText(['acme', 'globex']) });
    const env = { ...aws.env(), NODE_NO_WARNINGS: '0' };
    expect(await runCli(['plan', files['fleet.yaml']], env)).toMatchObject({ code: 2, err: '' });
  });

  describe('on a machine without a region, or without a login', () => {
    const bare = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };
    const noRegion = { ...bare, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const noLogin = { ...bare, AWS_REGION: 'eu-west-1' };
    const s3 = 's3://acme-policies/policies/fleet.yaml';

    test.each([
      ['plan', noRegion, /AWS_REGION/],
      ['validate', noRegion, /AWS_REGION/],
      ['plan', noLogin, /aws sso login/],
      ['validate', noLogin, /aws sso login/],
    ])('%s says so once, for the run', async (verb, env, helps) => {
      const file =
        verb === 'validate' ? s3 : writeFiles({ 'fleet.yaml': policyText(['acme', 'globex']) })['fleet.yaml'];
      const told = await runCli([verb, file, '--json'], env);
      expect(told).toMatchObject({ code: 1, err: '' });
      expect(json(told.out)).toMatchObject({ ok: false, error: { code: 'AWS_UNAVAILABLE' } });
      expect(json(told.out).error.message).toMatch(helps);
      expect(json(told.out).policies.flatMap(({ portals }: { portals: unknown[] }) => portals)).toEqual([]);

      const { code, err } = await runCli([verb, file], env);
      expect(code).toBe(1);
      expect(err).toMatch(/^policy-sync: .*\(AWS_UNAVAILABLE\)\n$/);
      expect(err).not.toContain('Secrets Manager');
    });

    test.each([
      ['status', 's3://acme-policies'],
      ['why', 'acme', s3],
      ['adopt', '--keys', 'aws', '--portal', 'acme'],
    ])('%s says so, too', async (...args) => {
      const { code, err } = await runCli(args, noRegion);
      expect(code).toBe(1);
      expect(err).toMatch(/^policy-sync: no AWS region is set: .*\(AWS_UNAVAILABLE\)\n$/);
    });
  });

  test('a wrong setting is told on stderr', async () => {
    const files = writeFiles({ 'fleet.yaml': policyText(['acme']) });
    const { code, err } = await runCli(['plan', files['fleet.yaml']], {
      ...aws.env(),
      ALLOWED_RANGES: 'everything',
    });
    expect(code).toBe(1);
    expect(err).toContain('ALLOWED_RANGES');
  });
});
