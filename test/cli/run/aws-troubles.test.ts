import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  aws.s3.put('acme-policies', 'policies/fleet.yaml', policyText(['acme', 'globex']));
});
afterEach(() => Promise.all([aws.close(), fleet.close()]));

const S3 = 's3://acme-policies/policies/fleet.yaml';

/** Every command that asks AWS for something, and by which service. Of the last ones, what they share is tried once. */
const COMMANDS: readonly (readonly [
  name: string,
  service: 's3' | 'secretsmanager',
  args: readonly string[],
])[] = [
  ['plan', 's3', ['plan', S3]],
  ['status', 's3', ['status', 's3://acme-policies']],
  ['why', 's3', ['why', 'acme', S3]],
  ['plan, by keys', 'secretsmanager', ['plan', 'FILE']],
  ['adopt, by keys', 'secretsmanager', ['adopt', '--portal', 'acme', '--portal', 'globex']],
  ['validate', 's3', ['validate', S3]],
  ['apply', 's3', ['apply', S3]],
  ['audit', 's3', ['audit', S3]],
  ['apply, by keys', 'secretsmanager', ['apply', 'FILE']],
  ['audit, by keys', 'secretsmanager', ['audit', 'FILE']],
];
const IN_FULL = 5;

async function told(args: readonly string[], env: Record<string, string>) {
  const { file } = writeFiles({ file: policyText(['acme', 'globex']) });
  return runCli(
    args.map((arg) => (arg === 'FILE' ? file : arg)),
    env,
  );
}

/** A home with profiles: one whose SSO session is over, one that takes a role, one that has nothing. */
function home(): string {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-home-'));
  const cache = join(folder, '.aws', 'sso', 'cache');
  mkdirSync(cache, { recursive: true });
  const sso = 'sso_start_url = https://acme.example/start\nsso_region = eu-west-1\n';
  writeFileSync(
    join(folder, '.aws', 'config'),
    `[profile over]\n${sso}sso_account_id = 111122223333\nsso_role_name = x\nregion = eu-west-1\n` +
      '[profile role]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = base\nregion = eu-west-1\n' +
      '[profile base]\naws_access_key_id = a\naws_secret_access_key = b\n',
  );
  // The SHA-1 of the start URL names the file.
  const token = {
    startUrl: 'https://acme.example/start',
    accessToken: 'canary',
    expiresAt: '2020-01-01T00:00:00Z',
  };
  const name = createHash('sha1').update(token.startUrl).digest('hex');
  writeFileSync(join(cache, `${name}.json`), JSON.stringify(token));
  return folder;
}

describe.each(COMMANDS)('%s', (name, service, args) => {
  const isInFull = COMMANDS.findIndex(([one]) => one === name) < IN_FULL;
  const bare = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };
  const code = service === 's3' ? 'ExpiredToken' : 'ExpiredTokenException';

  const troubles: [string, () => Record<string, string>, RegExp][] = [
    [
      'no region',
      () => ({ ...bare, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }),
      /^no AWS region is set: set AWS_REGION/,
    ],
    [
      'no login',
      () => ({ ...bare, AWS_REGION: 'eu-west-1' }),
      /^there are no AWS credentials: log in \(aws sso login/,
    ],
    [
      'an SSO session that is over',
      () => ({ ...bare, HOME: home(), AWS_PROFILE: 'over' }),
      /^there is no AWS login, or it is over: run aws sso login --profile over$/,
    ],
    [
      'a profile that is none',
      () => ({ ...bare, HOME: home(), AWS_PROFILE: 'typo', AWS_REGION: 'eu-west-1' }),
      /^the AWS profile gives no credentials: log in \(aws sso login --profile typo\), or look at it/,
    ],
    [
      'a token that is over',
      () => {
        aws.faults.add({ service, status: 400, code, times: Number.POSITIVE_INFINITY });
        return aws.env();
      },
      /^the AWS login is over: log in again \(aws sso login\)/,
    ],
    [
      'nobody who answers',
      () => ({ ...aws.env(), ...nowhere(aws) }),
      /^AWS could not be reached \(ECONNREFUSED\)/,
    ],
  ];
  test.each(isInFull ? troubles : troubles.slice(0, 1))(
    '%s is told once, and nobody is blamed',
    async (_trouble, env, helps) => {
      const { code: exitCode, out, err } = await told(args, env());
      expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
      expect(err).toMatch(/^policy-sync: .* \(AWS_UNAVAILABLE\)\n$/);
      expect(err.replace('policy-sync: ', '').replace(' (AWS_UNAVAILABLE)\n', '')).toMatch(helps);
      expect(fleet.requests.counts.all).toBe(0);
    },
  );

  test('an action that is missing is named, with its resource', async () => {
    const denied = service === 's3' ? 'AccessDenied' : 'AccessDeniedException';
    aws.faults.add({ service, status: service === 's3' ? 403 : 400, code: denied, times: 100 });
    const { code: exitCode, out, err } = await told(args, aws.env());
    expect(exitCode).toBe(1);
    expect(out + err).toMatch(
      service === 's3'
        ? /grant s3:(GetObject on arn:aws:s3:::acme-policies\/policies\/fleet\.yaml|ListBucket on arn:aws:s3:::acme-policies) ?/
        : /grant secretsmanager:BatchGetSecretValue on \*, beside secretsmanager:GetSecretValue on the secrets/,
    );
    expect((out + err).match(/grant /g)).toHaveLength(1);
    expect(fleet.requests.counts.all).toBe(0);
  });
});

test('a role that may read none of the secrets is told once, with the resource; no portal is blamed', async () => {
  for (const portal of ['acme', 'globex']) {
    aws.secrets.put(`docspace/portals/${portal}`, '{}');
    aws.secrets.setError(`docspace/portals/${portal}`, 'AccessDeniedException');
  }
  const { code, out, err } = await told(['plan', 'FILE'], aws.env());
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(
    /^policy-sync: none of the portals' 2 secrets may be read: grant secretsmanager:GetSecretValue on arn:aws:secretsmanager:\*:\*:secret:docspace\/portals\/\* .*\(KEYS_UNREADABLE\)\n$/,
  );
});

test('a login that may not take the role of its profile is told what to grant', async () => {
  const server = createServer((_, response) => {
    response.writeHead(403, { 'content-type': 'text/xml' });
    response.end(
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/canary is not authorized to perform: sts:AssumeRole on resource: x</Message></Error></ErrorResponse>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    HOME: home(),
    AWS_PROFILE: 'role',
    AWS_ENDPOINT_URL_STS: url,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const { code, err } = await told(['plan', 'FILE'], env);
  server.closeAllConnections();
  server.close();
  expect(code).toBe(1);
  expect(err).toMatch(
    /^policy-sync: the AWS login may not take the role: grant sts:AssumeRole on the role.*\(AWS_UNAVAILABLE\)\n$/,
  );
  expect(err).not.toContain('canary');
});

test('a file of the login that is not there is not called the network', async () => {
  const { err } = await told(['plan', 'FILE'], {
    ...{ HOME: '/nowhere', AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' },
    ...{ AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token', AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/x' },
  });
  expect(err).toMatch(
    /^policy-sync: a file that the AWS login needs cannot be read \(ENOENT\): look at AWS_WEB_IDENTITY_TOKEN_FILE/,
  );
});

/** An address of this machine where nobody listens: a server's that is gone. */
function nowhere({ env }: LocalAws): Record<string, string> {
  const names = Object.keys(env()).filter((name) => name.startsWith('AWS_ENDPOINT_URL'));
  return Object.fromEntries(names.map((name) => [name, 'http://127.0.0.1:1']));
}
