import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type PolicyReading, readPolicy } from '../../../functions/policy/read-policy.ts';
import { DEFAULTS, onlyTarget, read, readPortals, say } from './policy-text.ts';

const REST = 'backupsStored: 7, cronParams: { period: EveryDay, hour: 3 }';
const line = (params: string) =>
  `  acme: { storageType: ThirdPartyConsumer, storageParams: { ${params} }, ${REST} }`;
const readParams = (params: string) => read(`version: 1\nportals:\n${line(params)}\n`);
const lenient = (text: string): PolicyReading =>
  readPolicy(new TextEncoder().encode(text), { isLenient: true });
/** Where params begin on the portal's line. */
const START = line('x').indexOf('{ x }') + 3;
const codes = ({ warnings }: PolicyReading) => warnings.map(({ code }) => code);

describe('a module', () => {
  it.each([
    ['s3', 's3'],
    ['S3', 's3'],
    ['GoogleCloud', 'googlecloud'],
    ['RACKSPACE', 'rackspace'],
    ['Selectel', 'selectel'],
  ])('%s goes out as %s', (written, sent) => {
    const target = onlyTarget(readParams(`module: ${written}, bucket: b`));
    expect(target.schedule?.storageParams.get('module')).toBe(sent);
  });

  it('that there is not is one error, with what may be meant', () => {
    const reading = readParams('module: S-3, bukket: b');
    expect(say(reading.errors)).toEqual([
      `3:${START + 8} "module" must be one of s3, googlecloud, rackspace: did you mean "s3"?`,
    ]);
  });

  it('of servers before 2.6 is a warning, and its params are not checked', () => {
    const reading = readParams('module: selectel, bukket: s3://x');
    expect([reading.errors, codes(reading)]).toEqual([[], ['OLD_MODULE']]);
  });

  it('s3 needs a bucket, in whatever case', () => {
    for (const module of ['s3', 'S3'])
      expect(say(readParams(`module: ${module}`).errors)).toEqual([
        '3:3 the portal has no "bucket": module s3 needs it, add storageParams.bucket here: its own storageParams replaces the inherited one as a whole',
      ]);
  });

  it('is checked in a profile that no portal has, too', () => {
    const text = `version: 1\nprofiles:\n  p: { storageParams: { module: s3, bucket: "s3://x" } }\nportals: {}\n`;
    expect(say(read(text).errors)).toEqual([
      expect.stringMatching(/^3:45 "bucket" must be a bucket's name alone/),
    ]);
  });
});

describe('a param', () => {
  it.each([
    ['module: s3, bucket: b, regoin: eu-west-1', 'regoin', 'region'],
    ['module: s3, bucket: b, SubDir: x', 'SubDir', 'subdir'],
    ['module: s3, Bucket: b', 'Bucket', 'bucket'],
    ['module: s3, bucket: b, serviceUrl: "https://x.com"', 'serviceUrl', 'serviceurl'],
    ['module: rackspace, private_contaner: b', 'private_contaner', 'private_container'],
  ])('%s: %s is nearly %s: one error, with the name that is meant', (params, slip, meant) => {
    expect(say(readParams(params).errors)).toEqual([
      `3:${START + params.indexOf(slip)} unknown storage param "${slip}": did you mean "${meant}"?`,
    ]);
  });

  it.each([
    ['module: s3, bucket: b, frob: x', 'frob'],
    ['module: s3, bucket: b, private_container: x', 'private_container'],
    ['module: googlecloud, bucket: b, sse: aes256', 'sse'],
    ['module: googlecloud, bucket: b, region: "EU (Ireland)"', 'region'],
  ])('%s: %s is none of the module, a warning', (params, name) => {
    const reading = readParams(params);
    expect(reading.errors).toEqual([]);
    expect(reading.warnings).toMatchObject([
      { line: 3, column: START + params.indexOf(name), code: 'UNKNOWN_PARAM' },
    ]);
  });

  it('that a storage without params has is a warning, and its value no error', () => {
    const reading = readPortals('  acme: { storageParams: { bucket: "s3://x" } }');
    expect([reading.errors, codes(reading)]).toEqual([[], ['UNKNOWN_PARAM']]);
  });

  it('of the vendor’s own settings page is none of ours to doubt', () => {
    const params =
      'module: s3, bucket: acme, region: eu-west-1, serviceurl: "", forcepathstyle: "false", usehttp: "false", sse: awskms, ssekey: "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"';
    const reading = readParams(params);
    expect([reading.errors, reading.warnings]).toEqual([[], []]);
  });

  it('is told in all its places, each slip once', () => {
    const reading = read(readFileSync('test/functions/policy/bad-buckets.yaml', 'utf8'));
    expect(say(reading.errors).map((error) => error.replace(/:? .*/, ''))).toEqual([
      '8:45',
      '9:45',
      '9:70',
      '10:45',
      '10:70',
      '11:45',
      '12:3',
      '17:15',
    ]);
  });

  it('with a portal’s name in it is judged with each name', () => {
    const text = `version: 1\ndefaults: { storageType: ThirdPartyConsumer, storageParams: { module: s3, bucket: "{portal}" }, ${REST} }\nportals:\n  acme:\n  acme_eu:\n`;
    expect(say(read(text).errors)).toEqual([
      '5:3 with this portal\'s name in it "bucket" must be a bucket\'s name alone: lower-case letters, digits, "." and "-", a letter or digit at both ends',
    ]);
  });

  it('is shown where its value is wrong, but not the user of an address', () => {
    const [error] = readParams('module: s3, bucket: b, serviceurl: "https://admin:hunter2@x.com"').errors;
    expect(error?.message).toMatch(/^"serviceurl" must be an https address/);
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(readParams('module: s3, bucket: B').errors[0]?.excerpt).toContain('bucket: B }');
    expect(readParams('module: s3, bucket: B, ssekey: some-id').errors[0]?.excerpt).toContain('some-id');
  });
});

describe('a placeholder that nobody replaces', () => {
  it.each(['{other}', '{{portal}}', '\u0024{AWS_REGION}', '##X##', '<bucket>'])('%s is one error', (text) => {
    for (const name of ['bucket', 'subdir', 'region', 'frob']) {
      const params = `module: s3, ${name === 'bucket' ? '' : 'bucket: b, '}${name}: "${text}"`;
      expect(say(readParams(params).errors)).toEqual([
        expect.stringMatching(`^3:${START + params.length - text.length - 2} "${name}" has a placeholder`),
      ]);
    }
    const folder = readPortals(`  a: { storageType: Documents, storageParams: { folderId: "${text}" } }`);
    expect(say(folder.errors)).toEqual([expect.stringMatching(/^4:\d+ "folderId" has a placeholder/)]);
  });
});

describe('what looks like a key of a portal', () => {
  const KEY = `sk-${'0123456789abcdef'.repeat(4)}`;
  const SAYS = /^here stands what looks like a portal's API key/;

  it.each([
    ['in a comment', `  acme: # ${KEY}`],
    ['in a comment of its own line', `  # ${KEY}\n  acme:`],
    ['in a description', `  acme:\ndescription: x ${KEY}`],
    ['as a credential', `  acme: { apiKey: ${KEY} }`],
    ['as a param that is a credential', `  acme: { storageParams: { secretaccesskey: "${KEY}" } }`],
    ['as a number', `  acme: { backupsStored: ${KEY} }`],
    ['as a folder', `  acme: { storageType: Documents, storageParams: { folderId: ${KEY} } }`],
    ['in a param', `  acme: { storageParams: { frob: x/${KEY} } }`],
    ['as a portal', `  ${KEY.slice(0, 50)}:`],
    ['of 32 digits, in capitals', `  acme: # sk-${'0123456789ABCDEF'.repeat(2)}`],
  ])('%s is one error, and never shown', (_, portals) => {
    const reading = read(`version: 1\n${DEFAULTS}\nportals:\n${portals}\n`);
    expect(reading.errors.map(({ message }) => message)).toEqual([expect.stringMatching(SAYS)]);
    expect(JSON.stringify(reading)).not.toMatch(/0123456789abcdef/i);
  });

  it('is told as the name of a bare portal among others', () => {
    const names = ['acme', 'globex', KEY.slice(0, 50), 'initech'];
    const reading = read(
      `version: 1\n${DEFAULTS}\nportals:\n${names.map((name) => `  ${name}:\n`).join('')}`,
    );
    expect(say(reading.errors)).toEqual([expect.stringMatching(/^6:3 here stands/)]);
    expect(reading.claims).toEqual(['acme', 'globex', 'initech']);
  });

  it('is told among bare portals, and where the rest is wrong, too', () => {
    const bare = Array.from({ length: 50 }, (_, index) => `  p${index}:`).join('\n');
    const reading = read(`version: 1\n${DEFAULTS}\nportals:\n${bare}\n  last: # ${KEY}\n  Bad:\n`);
    expect(say(reading.errors)).toEqual([
      expect.stringMatching(/^54:11 here stands/),
      expect.stringMatching(/^55:3 "Bad" is no portal name/),
    ]);
  });

  it.each([`mrk-${'0'.repeat(32)}`, `desk-${'0'.repeat(32)}`, 'sk-0123'])('%s is none', (text) => {
    expect(readPortals(`  acme: # ${text}`).errors).toEqual([]);
  });
});

describe('a lenient reading, of what an earlier release has applied', () => {
  const KEY = `sk-${'0123456789abcdef'.repeat(2)}`;
  it.each([
    ['a slip in a name', 'module: S3, bucket: b, regoin: x', 'regoin', 'x'],
    ['a module that there is not', 'module: Azure, bucket: b', 'module', 'Azure'],
    ['a bucket that cannot be', 'module: S3, bucket: Acme', 'bucket', 'Acme'],
    ['no bucket', 'module: s3, subdir: x', 'subdir', 'x'],
    ['a stray placeholder', 'module: S3, bucket: b, subdir: "{{portal}}"', 'subdir', '{acme}'],
    ['a key', `module: S3, bucket: b, subdir: ${KEY}`, 'subdir', KEY],
  ])('%s is only a warning, and goes out as ever', (_, params, name, sent) => {
    const text = `version: 1\nportals:\n${line(params)}\n`;
    expect(read(text).policy).toBeUndefined();
    const reading = lenient(text);
    expect(reading.errors).toEqual([]);
    expect(codes(reading)).toContain('NEW_RULE');
    expect(JSON.stringify(reading.warnings)).not.toContain(KEY);
    expect(onlyTarget(reading).schedule?.storageParams.get(name)).toBe(sent);
  });

  it.each([
    ['no bucket of module S3', line('module: S3, subdir: x')],
    ['its name in capitals', line('module: S3, Bucket: b')],
    ['a credential', line('module: S3, bucket: b, password: x')],
    [
      'a key in the place of a number',
      `  acme: { storageType: 4, backupsStored: ${KEY}, cronParams: { period: 0, hour: 1 } }`,
    ],
  ])('%s is an error as ever', (_, portal) => {
    const reading = lenient(`version: 1\nportals:\n${portal}\n`);
    expect(reading.policy).toBeUndefined();
    expect(reading.errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(reading)).not.toContain(KEY);
  });

  it('of thousands of new slips finds the one old one', () => {
    const portals = Array.from({ length: 1500 }, (_, index) =>
      line('module: S3, bucket: B').replace('acme', `p${index}`),
    );
    const text = `version: 1\nportals:\n${portals.join('\n')}\n`;
    expect(lenient(text).policy?.targets).toHaveLength(1500);
    const reading = lenient(
      `${text}${line('module: S3, bucket: b').replace('EveryDay', 'EveryWeek, day: 9')}\n`,
    );
    expect(reading.errors.map(({ line: row }) => row)).toEqual([1503]);
  });
});
