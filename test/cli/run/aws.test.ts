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
    expect(await codeWith({ ALLOWED_RANGES: '127.0.0.0/8' })).toBeUndefined();
  });

  test('a refusal of the whole call is the run’s own error', async () => {
    aws.faults.add({ service: 'secretsmanager', status: 400, code: 'AccessDeniedException' });
    const files = writeFiles({ 'fleet.yaml': policyText(['acme']) });
    const { code, out } = await runCli(['apply', files['fleet.yaml'], '--json'], aws.env());
    expect(code).toBe(1);
    expect(json(out)).toMatchObject({ ok: false, error: { code: 'KEYS_UNREADABLE' } });
    expect(fleet.requests.counts.all).toBe(0);
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
