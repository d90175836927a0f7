import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { tellApart } from '../../../cli/sources/tell-apart.ts';
import { policyText } from '../../policy-text.ts';
import { runCli } from '../run-cli.ts';

test.each([
  ['one file has its name alone', { '/p/eu/fleet.yaml': 'fleet' }],
  [
    'other names stay',
    { '/p/eu/fleet.yaml': 'eu/fleet', '/p/us/fleet.yml': 'us/fleet', '/p/us/b.yaml': 'b' },
  ],
  [
    'no more folders than needed',
    { '/a/x/fleet.yaml': 'a/x/fleet', '/b/x/fleet.yaml': 'b/x/fleet', '/b/y/fleet.yaml': 'y/fleet' },
  ],
  ['a file beside a folder', { '/p/fleet.yaml': 'p/fleet', '/p/eu/fleet.yaml': 'eu/fleet' }],
  ['a file at the top', { '/fleet.yaml': '/fleet', '/p/fleet.yaml': 'p/fleet' }],
  [
    'objects of two buckets',
    {
      's3://a/policies/eu/fleet.yaml': 'a/policies/eu/fleet',
      's3://b/policies/eu/fleet.yaml': 'b/policies/eu/fleet',
    },
  ],
  ['two spellings of one place are one policy', { '/p/fleet.yaml': 'fleet', '/p/fleet.yml': 'fleet' }],
])('names of policies: %s', (_, names) => {
  const sources = Object.keys(names).map((file) => {
    const policy = file.replace(/^s3:.*?policies\/|^\/.*\/|^\//, '').replace(/\.ya?ml$/, '');
    return { file, policy };
  });
  const told = tellApart(sources).map(({ file, policy }) => [file, policy]);
  expect(Object.fromEntries(told)).toEqual(names);
});

test('two policies of one file name are told apart in the account, and where they conflict', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-names-'));
  const files = ['eu/fleet.yaml', 'us/fleet.yaml'].map((name) => join(folder, name));
  for (const file of files) {
    mkdirSync(dirname(file));
    writeFileSync(file, policyText(['acme']));
  }
  const validate = await runCli(['validate', ...files, '--json']);
  expect(JSON.parse(validate.out).policies).toMatchObject([{ policy: 'eu/fleet' }, { policy: 'us/fleet' }]);
  const why = await runCli(['why', 'acme', ...files, '--json']);
  expect(JSON.parse(why.out)).toMatchObject({
    policies: [{ policy: 'eu/fleet' }, { policy: 'us/fleet' }],
    error: { code: 'CONFLICT', message: expect.stringContaining('("eu/fleet", "us/fleet")') },
  });
});
