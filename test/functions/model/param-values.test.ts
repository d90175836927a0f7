import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeParamValue } from '../../../functions/model/param-values.ts';

const judge = (name: string, value: string, beside: Record<string, string> = { module: 's3' }) =>
  judgeParamValue(name, value, (other) => ({ ...beside, [name]: value })[other]);

describe('a value that is what it claims to be', () => {
  test.each([
    ['module', 's3'],
    ['module', 'S3'],
    ['module', 'GoogleCloud'],
    ['module', 'selectel'],
    ['bucket', 'acme-backups'],
    ['bucket', 'acme.backups.eu-1'],
    ['bucket', 'b'],
    ['bucket', 'acme-{portal}'],
    ['bucket', '{portal}'],
    ['region', 'eu-west-1'],
    ['region', 'us-gov-west-1'],
    ['region', 'eu'],
    ['region', 'nyc3'],
    ['subdir', '{portal}'],
    ['subdir', 'eu/{portal}/x'],
    ['subdir', 'a..b/.c'],
    ['subdir', 'with a blank'],
    ['filePath', '/var/backups/{portal}'],
    ['filePath', 'C:\\backups'],
    ['serviceurl', 'https://minio.acme.com'],
    ['serviceurl', 'https://minio.acme.com:9000/'],
    ['serviceurl', 'https://{portal}.acme.com/s3'],
    ['serviceurl', 'https://10.1.2.3'],
    ['sse', 'none'],
    ['sse', 'AES256'],
    ['sse', 'awskms'],
    ['sse', 'clientawskms'],
    ['ssekey', 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
    ['forcepathstyle', 'true'],
    ['usehttp', 'False'],
    ['private_container', 'Backups of acme'],
    ['whatever', 'anything at all'],
  ])('%s: %s', (name, value) => {
    expect(judge(name, value)).toBeUndefined();
  });

  test.each(['module', 'bucket', 'region', 'subdir', 'serviceurl', 'sse', 'usehttp'])(
    '%s: nothing',
    (name) => {
      expect(judge(name, '')).toBeUndefined();
    },
  );

  test.each([
    ['region', 'LON', { module: 'rackspace' }],
    ['bucket', 'acme_backups', { module: 'GoogleCloud' }],
    ['region', 'eu-west1', { module: 's3', serviceurl: 'https://storage.acme.com' }],
  ])('%s: %s, beside %o', (name, value, beside) => {
    expect(judge(name, value, beside as Record<string, string>)).toBeUndefined();
  });
});

describe('a value that is not', () => {
  const slips: [name: string, value: string, says: RegExp][] = [
    ['module', 'S4', /^must be one of s3, googlecloud, rackspace: did you mean "s3"\?$/],
    ['module', 'Amazon S3', /did you mean "s3"\?$/],
    ['module', 'GCS', /did you mean "googlecloud"\?$/],
    ['module', 'rackspce', /did you mean "rackspace"\?$/],
    ['module', 'azure', /^must be one of s3, googlecloud, rackspace$/],
    ['module', '{portal}', /^must be one of/],
    ['bucket', 's3://acme-backups', /name alone, not an address: did you mean "acme-backups"\?$/],
    ['bucket', 's3://acme-backups/eu', /not an address: did you mean "acme-backups"\?$/],
    ['bucket', 'acme-backups/eu', /a folder in it is for "subdir": did you mean "acme-backups"\?$/],
    ['bucket', 'acme-backups ', /a blank or a line end .*: did you mean "acme-backups"\?$/],
    ['bucket', 'acme\n', /a blank or a line end/],
    ['bucket', 'Acme_Backups', /which has no capitals$/],
    ['bucket', 'Acme-Backups', /did you mean "acme-backups"\?$/],
    ['bucket', 'acme backups', /^must be a bucket's name alone: lower-case letters/],
    ['bucket', 'acme\u0000', /lower-case letters/],
    ['bucket', '-acme', /a letter or digit at both ends/],
    ['bucket', 'a..b', /lower-case letters/],
    ['bucket', 'b'.repeat(64), /63 characters at most/],
    ['bucket', '../evil', /a folder in it/],
    ['region', 'EU (Ireland)', /^must be a region's code: .*did you mean "eu-west-1"\?$/],
    ['region', 'Europe (Frankfurt)', /did you mean "eu-central-1"\?$/],
    ['region', 'EU-WEST-1', /lower-case .*did you mean "eu-west-1"\?$/],
    ['region', 'eu_west_1', /did you mean "eu-west-1"\?$/],
    ['region', 'eu-west1', /^is no region of AWS: did you mean "eu-west-1"\?$/],
    ['region', 'x.evil.com/', /^must be a region's code/],
    ['region', 'x@evil', /^must be a region's code/],
    ['subdir', '..', /has a step ".."/],
    ['subdir', 'a/../b', /has a step ".."/],
    ['subdir', 'a\\..\\b', /has a step ".."/],
    ['subdir', '{portal}\n', /line end/],
    ['subdir', ' x', /blank at its begin or end/],
    ['subdir', 'x\t', /control character|line end/],
    ['filePath', '/backups/../..', /has a step ".."/],
    ['filePath', '/backups ', /blank/],
    ['serviceurl', 'http://minio.acme.com', /^must be an https address/],
    ['serviceurl', 'minio.acme.com', /^must be an https address/],
    ['serviceurl', 'https://u:p@minio.acme.com', /without a user/],
    ['serviceurl', 'https://minio.acme.com\\@evil.com', /^must be an https address/],
    ['serviceurl', 'https://minio.acme.com?x=1', /^must be an https address/],
    ['sse', 'aws:kms', /^must be one of none, aes256, awskms, clientawskms$/],
    ['ssekey', 'key\n', /line end/],
    ['forcepathstyle', 'yes', /^must be true or false$/],
    ['usehttp', '1', /^must be true or false$/],
  ];
  test.each(slips)('%s: %j', (name, value, says) => {
    expect(judge(name, value)).toMatch(says);
  });

  test.each([
    '{Portal}',
    '{ portal }',
    '{other}',
    '{{portal}}',
    '{{ x }}',
    '\u0024{portal}',
    '\u0024{AWS_REGION}',
    '##X##',
    '<portal>',
    'x/<your-name>/y',
    '{}',
  ])('a placeholder that nobody replaces: %s', (value) => {
    for (const name of ['bucket', 'subdir', 'region', 'filePath', 'module', 'ssekey', 'whatever'])
      expect(judge(name, value)).toMatch(
        /^has a placeholder that nobody replaces: \{portal\} is the only one/,
      );
  });

  test('is judged without repeating what may be a secret', () => {
    const key = `sk-${'0123456789abcdef'.repeat(2)}`;
    for (const name of slips.map(([slip]) => slip))
      for (const value of [`s3://${key}`, `${key}/x`, `${key} `, key.toUpperCase()])
        expect(judge(name, value) ?? '').not.toContain(key);
  });
});

test('whatever the text, it is judged, in little time', () => {
  const names = fc.constantFrom(
    'module',
    'bucket',
    'region',
    'subdir',
    'filePath',
    'serviceurl',
    'sse',
    'ssekey',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('<', '{', '##', '/', ' ', 'a', '-', '.').map((one) => one.repeat(200_000)),
  );
  fc.assert(
    fc.property(names, text, (name, value) => {
      expect(['string', 'undefined']).toContain(typeof judge(name, value));
    }),
  );
});
