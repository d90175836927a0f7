import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startAws } from '../../../local/aws/endpoints.ts';
import { startFleet } from '../../../local/docspace/fleet.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});
async function open<One extends { close(): Promise<void> }>(starting: Promise<One>): Promise<One> {
  const one = await starting;
  opened.push(one);
  return one;
}

const SECRET = `sk-${'7'.repeat(64)}`;
const newFolder = () => mkdtempSync(join(tmpdir(), 'policy-sync-keys-'));
const entry = (name: string) => ({ url: `https://${name}.onlyoffice.com`, apiKey: SECRET });
function keys(names: readonly string[], more: object = {}): string {
  const entries = { ...Object.fromEntries(names.map((name) => [name, entry(name)])), ...more };
  return writeFiles({ 'keys.json': JSON.stringify(entries) })['keys.json'];
}
const names = (many: number) => Array.from({ length: many }, (_, at) => `portal-${at}`);
const groupsIn = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder).map((file) => [
      file,
      Object.keys(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
    ]),
  );

describe('keys pack', () => {
  test('writes files that only their owner reads, and commands that store them, without a key', async () => {
    const out = join(newFolder(), 'new', 'folder');
    const { code, out: said, err } = await runCli(['keys', 'pack', keys(names(1_000)), '--out', out]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const files = readdirSync(out);
    expect(files).toEqual(['keys-001.json', 'keys-002.json', 'keys-003.json']);
    for (const file of files) expect(statSync(join(out, file)).mode & 0o777).toBe(0o600);
    expect(statSync(out).mode & 0o777).toBe(0o700);
    expect(said.split('\n').filter((line) => line.startsWith('aws '))).toEqual(
      files.map(
        (file) =>
          `aws secretsmanager create-secret --name docspace/portals/groups/${file.slice(0, -5)} --secret-string file://${out}/${file}`,
      ),
    );
    expect(said).not.toContain('sk-');
    // All else is a comment: the whole is a script.
    for (const line of said.trimEnd().split('\n')) expect(line).toMatch(/^(# |aws )/);
  });

  test('leaves every portal where it is, and stores only what changed', async () => {
    const out = newFolder();
    const before = names(1_000);
    await runCli(['keys', 'pack', keys(before), '--out', out]);
    const were = groupsIn(out);
    const { out: said } = await runCli(
      ['keys', 'pack', keys([...before.slice(1), 'aaa', 'zzz']), '--out', out],
      { SECRETS_PREFIX: 'team/red/' },
    );
    const are = groupsIn(out);
    const isOld = (portal: string) => portal !== 'aaa' && portal !== 'zzz' && portal !== 'portal-0';
    for (const [file, portals] of Object.entries(were))
      expect(are[file]?.filter(isOld).sort()).toEqual(portals.filter(isOld).sort());
    expect(Object.values(are).flat()).toEqual(expect.arrayContaining(['aaa', 'zzz']));
    expect(said).toContain('aws secretsmanager put-secret-value --secret-id team/red/groups/keys-00');
    expect(said).not.toContain('create-secret');
    expect(said).toContain('taken out: portal-0.');
    const { out: again } = await runCli([
      'keys',
      'pack',
      keys([...before.slice(1), 'aaa', 'zzz']),
      '--out',
      out,
    ]);
    expect(again).not.toContain('aws ');
  });

  test('takes tags along, and what it wrote is what a run reads', async () => {
    const [aws, fleet] = await Promise.all([
      open(startAws()),
      open(startFleet([{ name: 'acme' }, { name: 'globex' }])),
    ]);
    const { acme, globex } = fleet.keys();
    const files = writeFiles({
      'keys.yaml': `acme: { url: "${acme?.url}", apiKey: "${acme?.apiKey}", tags: { tier: gold }, note: mine }\nglobex: { url: "${globex?.url}", apiKey: "${globex?.apiKey}" }\n`,
      'fleet.yaml': policyText(['acme', 'globex']),
    });
    const out = newFolder();
    await runCli(['keys', 'pack', files['keys.yaml'], '--out', out]);
    const text = readFileSync(join(out, 'keys-001.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({ acme: { ...acme, tags: { tier: 'gold' } }, globex });
    aws.secrets.put('docspace/portals/groups/keys-001', text);
    const apply = await runCli(['apply', files['fleet.yaml'], '--json'], aws.env());
    expect(JSON.parse(apply.out)).toMatchObject({ ok: true, policies: [{ totals: { create: 2 } }] });
    const adopt = await runCli(['adopt', '--portal', 'acme', '--portal', 'globex'], aws.env());
    expect(adopt).toMatchObject({ code: 0, err: '' });
    expect(adopt.out).toContain('acme');
    const fromFile = await runCli(['adopt', '--keys', join(out, 'keys-001.json')]);
    expect(fromFile).toEqual(adopt);
  });

  test.each<[string, object, RegExp]>([
    ['a malformed entry', { odd: { url: 'https://o.test' } }, /odd: .*"apiKey" is missing/],
    ['tags that are none', { odd: { ...entry('odd'), tags: ['x'] } }, /odd: .*"tags" must be a map/],
    [
      'an entry of half a group',
      { odd: { ...entry('odd'), tags: { x: 'y'.repeat(9_000) } } },
      /odd: .*too big/,
    ],
  ])('writes nothing where there is %s, and names its portal', async (_, more, told) => {
    const out = newFolder();
    const { code, out: said, err } = await runCli(['keys', 'pack', keys(['acme'], more), '--out', out]);
    expect({ code, said, files: readdirSync(out) }).toEqual({ code: 1, said: '', files: [] });
    expect(err).toMatch(told);
    expect(err).not.toContain(SECRET);
  });

  test('leaves a folder alone in which something else is', async () => {
    const out = newFolder();
    writeFileSync(join(out, 'package.json'), '{"name":"mine"}');
    const { code, err } = await runCli(['keys', 'pack', keys(['acme']), '--out', out]);
    expect({ code, files: readdirSync(out) }).toEqual({ code: 1, files: ['package.json'] });
    expect(err).toContain('package.json in the folder of --out is no group of keys');
  });

  test('writes into a work tree of git only where git ignores it', async () => {
    const top = newFolder();
    execFileSync('git', ['init', '-q', top]);
    const out = join(top, 'groups');
    mkdirSync(out);
    const refused = await runCli(['keys', 'pack', keys(['acme']), '--out', out]);
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('.gitignore') });
    expect(readdirSync(out)).toEqual([]);
    writeFileSync(join(top, '.gitignore'), 'groups/\n');
    expect((await runCli(['keys', 'pack', keys(['acme']), '--out', out])).code).toBe(0);
  });
});

describe('keys check', () => {
  const DAY = 24 * 3_600_000;
  const codes = (out: string) =>
    JSON.parse(out).findings.map(({ code, portals }: { code: string; portals: string[] }) => [code, portals]);

  test('is content with keys that are taken, used and live long', async () => {
    const fleet = await open(startFleet([{ name: 'acme' }, { name: 'globex' }]));
    const files = writeFiles({ 'keys.json': keyFile(fleet), 'fleet.yaml': policyText(['acme', 'globex']) });
    const { code, out, err } = await runCli(['keys', 'check', files['keys.json'], files['fleet.yaml']]);
    expect({ code, out, err }).toEqual({ code: 0, out: '2 keys can be used.\n', err: '' });
    expect(fleet.requests.counts.all).toBe(2);
  });

  test('tells what is twice, malformed, unused, missing, not taken and about to die', async () => {
    const soon = new Date(Date.now() + 3 * DAY);
    const fleet = await open(
      startFleet([
        { name: 'acme', keys: [{ key: SECRET, expiresAt: soon }] },
        { name: 'globex' },
        { name: 'initech' },
      ]),
    );
    const { acme, globex, initech } = fleet.keys();
    const files = writeFiles({
      'keys.json': JSON.stringify({
        acme,
        globex,
        twin: globex,
        initech: { ...initech, apiKey: 'sk-wrong' },
        odd: { url: 'https://o.test' },
      }),
      'fleet.yaml': policyText(['acme', 'globex', 'initech', 'odd', 'hooli']),
    });
    const { code, out } = await runCli(['keys', 'check', files['keys.json'], files['fleet.yaml'], '--json']);
    expect(code).toBe(1);
    expect(codes(out)).toEqual(
      expect.arrayContaining([
        ['KEY_MALFORMED', ['odd']],
        ['CONFLICT', ['globex', 'twin']],
        ['UNUSED_KEY', ['twin']],
        ['KEY_NOT_FOUND', ['hooli']],
        ['UNAUTHORIZED', ['initech']],
        ['KEY_EXPIRES_SOON', ['acme']],
      ]),
    );
    expect(codes(out)).toHaveLength(6);
    const words = await runCli(['keys', 'check', files['keys.json'], files['fleet.yaml']]);
    expect(words.code).toBe(1);
    expect(words.out).toContain('KEY_EXPIRES_SOON  acme: the key expires on');
    for (const { apiKey } of Object.values(fleet.keys())) expect(words.out + out).not.toContain(apiKey);
  });

  test('notes portals that can not be reached, which says nothing of their keys', async () => {
    const file = writeFiles({
      'keys.json': JSON.stringify({ gone: { url: 'http://127.0.0.1:1', apiKey: SECRET } }),
    });
    const { code, out } = await runCli(['keys', 'check', file['keys.json']]);
    expect(code).toBe(0);
    expect(out).toContain('NOT_ASKED         gone: could not be asked about the key (UNREACHABLE)');
  });

  test('knows single secrets and groups in AWS, and where a key is in both', async () => {
    const [aws, fleet] = await Promise.all([
      open(startAws()),
      open(startFleet([{ name: 'acme' }, { name: 'globex' }])),
    ]);
    const { acme, globex } = fleet.keys();
    aws.secrets.put('docspace/portals/acme', JSON.stringify(acme));
    aws.secrets.put('docspace/portals/groups/eu', JSON.stringify({ acme, globex }));
    aws.secrets.put('docspace/portals/groups/broken', 'no JSON');
    const { code, out } = await runCli(['keys', 'check', 'aws', '--json'], aws.env());
    expect(code).toBe(1);
    expect(codes(out)).toEqual([
      ['KEY_TWICE', ['acme']],
      ['KEY_MALFORMED', []],
    ]);
    expect(JSON.parse(out)).toMatchObject({ schema: 1, ok: false, keys: 2 });
  });

  test('a key that a policy selects is used', async () => {
    const fleet = await open(startFleet([{ name: 'eu-acme' }, { name: 'eu-globex' }]));
    const entries = fleet.keys();
    const tagged = { ...entries, 'eu-acme': { ...entries['eu-acme'], tags: { tier: 'gold' } } };
    const select = (tags: string) =>
      policyText(['x']).replace(/^portals:[\s\S]*/m, `select: [{ match: "eu-*"${tags} }]\n`);
    const files = writeFiles({
      'keys.json': JSON.stringify(tagged),
      'all.yaml': select(''),
      'gold.yaml': select(', tags: { tier: gold }'),
    });
    expect((await runCli(['keys', 'check', files['keys.json'], files['all.yaml']])).code).toBe(0);
    const { code, out } = await runCli(['keys', 'check', files['keys.json'], files['gold.yaml'], '--json']);
    expect([code, codes(out)]).toEqual([1, [['UNUSED_KEY', ['eu-globex']]]]);
  });

  test('says on which line a key file names a portal twice', async () => {
    const file = writeFiles({
      'keys.yaml':
        'acme: { url: https://a.test, apiKey: sk-1 }\nb: { url: https://b.test, apiKey: sk-2 }\nacme: {}\n',
    });
    const { code, err } = await runCli(['keys', 'check', file['keys.yaml']]);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('names a portal twice (line 3)'),
    });
  });
});

test.each([
  [['keys'], 'keys is followed by pack or check'],
  [['keys', 'pack'], 'keys pack needs a key file'],
  [['keys', 'pack', 'k.yaml'], 'keys pack needs --out DIR'],
  [['keys', 'pack', 'aws', '--out', 'x'], 'keys pack takes a key file'],
  [['keys', 'check', 'k.yaml', '--out', 'x'], 'keys check takes no --out'],
  [['keys', 'check', 'k.yaml', '--portal', 'x'], 'keys takes no --portal'],
])('%j is a mistake that is told', async (args, told) => {
  const { code, out, err } = await runCli(args);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(told);
  expect(err).toContain('policy-sync keys --help');
});
