import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openYamlEditor, type Proposal, type YamlEditor } from './yaml-editor.ts';

let editor: YamlEditor;
beforeAll(async () => {
  editor = await openYamlEditor();
});
afterAll(() => editor?.close());

const labels = (proposals: readonly Proposal[]) => proposals.map(({ label }) => label);

const S3 = 'version: 1\ndefaults:\n  storageType: ThirdPartyConsumer\n  storageParams:\n    module: s3\n';
const STORAGES = ['DataStore', 'Documents', 'ThirdPartyDocuments', 's3', 'googlecloud', 'rackspace', 'Local'];
const LAYER = [
  'storageType',
  'storageParams',
  'backupsStored',
  'cronParams',
  'dump',
  'allowLateFirstRun',
  'mode',
];
const TYPES = ['DataStore', 'Documents', 'ThirdPartyDocuments', 'ThirdPartyConsumer', 'Local', 'CustomCloud'];

describe('an editor proposes', () => {
  it.each<[where: string, marked: string, proposed: readonly string[]]>([
    ['a storage type by its right name alone', 'version: 1\ndefaults:\n  storageType: ‸\n', TYPES],
    [
      'periods by their names alone',
      'version: 1\ndefaults:\n  cronParams:\n    period: ‸\n',
      ['EveryDay', 'EveryWeek', 'EveryMonth'],
    ],
    [
      'weekdays where there is one a week',
      'version: 1\ndefaults:\n  cronParams:\n    period: EveryWeek\n    day: ‸\n',
      ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
    ],
    [
      'no weekday where there is one a month',
      'version: 1\ndefaults:\n  cronParams:\n    period: EveryMonth\n    day: ‸\n',
      [],
    ],
    [
      'no day where there is one each day',
      'version: 1\ndefaults:\n  cronParams:\n    period: EveryDay\n    ‸\n',
      ['hour'],
    ],
    ['no hour of its own', 'version: 1\ndefaults:\n  cronParams:\n    hour: ‸\n', []],
    ['modes', 'version: 1\nmode: ‸\n', ['enforce', 'detect']],
    ['modules', S3.replace('s3', '‸'), ['s3', 'googlecloud', 'rackspace']],
    [
      'the params of s3',
      `${S3}    ‸\n`,
      ['bucket', 'region', 'serviceurl', 'forcepathstyle', 'usehttp', 'sse', 'ssekey', 'subdir'],
    ],
    ['the params of googlecloud', `${S3.replace('s3', 'GoogleCloud')}    ‸\n`, ['bucket', 'subdir']],
    [
      'the params of rackspace',
      `${S3.replace('s3', 'rackspace')}    ‸\n`,
      ['public_container', 'private_container', 'region', 'subdir'],
    ],
    [
      'the folder of Documents',
      'version: 1\ndefaults:\n  storageType: 0\n  storageParams:\n    ‸\n',
      ['Documents', 'folderId'],
    ],
    [
      'the path of Local',
      'version: 1\ndefaults:\n  storageType: Local\n  storageParams:\n    ‸\n',
      ['Local', 'filePath'],
    ],
    ['a name of its own for a portal', 'version: 1\nportals:\n  ‸', ['portal']],
    [
      'storages and all fields of a portal, and no field of another place',
      'version: 1\nportals:\n  acme:\n    ‸',
      [...STORAGES.map((name) => `storage: ${name}`), ...LAYER, 'profile', 'state'],
    ],
    [
      'no storage where there is one',
      'version: 1\nportals:\n  acme:\n    storageType: DataStore\n    ‸',
      [...LAYER.slice(1), 'profile', 'state'],
    ],
    [
      'whole times',
      'version: 1\nportals:\n  acme:\n    cronParams: ‸',
      ['every day', 'every week', 'every month'],
    ],
    ['true and false where they are meant', `${S3}    usehttp: ‸`, ['true', 'false']],
    ['a placeholder in quotes', `${S3}    subdir: ‸`, ['"{portal}"']],
    [
      'nothing for a portal that has nothing, but storages',
      'version: 1\nportals:\n  acme: ‸',
      STORAGES.map((name) => `storage: ${name}`),
    ],
  ])('%s', async (_, marked, proposed) => {
    expect(labels(await editor.complete(marked)).sort()).toEqual([...proposed].sort());
  });

  it('a whole policy for each storage in an empty file, which is as good as it stands', async () => {
    const policies = (await editor.complete('‸')).filter(({ label }) => label.startsWith('policy: '));
    expect(labels(policies)).toEqual(STORAGES.map((name) => `policy: ${name}`));
    for (const { text } of policies) {
      const filled = text.replaceAll(/\$\{\d+:([^}]*)\}/g, '$1');
      expect([filled, ...(await editor.check(filled))]).toEqual([filled]);
    }
  });

  it('every field with a colon, and tells what it means', async () => {
    for (const marked of [
      '‸',
      'version: 1\ndefaults:\n  ‸',
      'version: 1\nportals:\n  acme:\n    ‸',
      `${S3}    ‸\n`,
    ]) {
      const proposals = await editor.complete(marked);
      expect(proposals.filter(({ text }) => !text.includes(':')).map(({ label }) => label)).toEqual([]);
      expect(proposals.filter(({ docs }) => docs.length < 20).map(({ label }) => label)).toEqual([]);
    }
  });

  it('every value with what it means', async () => {
    for (const marked of [
      'version: 1\ndefaults:\n  storageType: ‸\n',
      'version: 1\nmode: ‸\n',
      S3.replace('s3', '‸'),
      `${S3}    sse: ‸\n`,
    ]) {
      const proposals = await editor.complete(marked);
      expect(proposals.filter(({ docs }) => docs.length < 15).map(({ label }) => label)).toEqual([]);
    }
  });
});

describe('an editor shows of', () => {
  const policy = `${S3}    bucket: acme-backups\n    odd: x\n  backupsStored: 7\n  cronParams: { period: EveryWeek, day: Sunday, hour: 3 }\nportals:\n  acme: { state: absent }\n  globex: { storageType: 1, storageParams: { folderId: x } }\n`;

  it.each<[word: string, shown: readonly string[]]>([
    ['storageType', ['Where backups go', 'storageType: DataStore', '`Documents`: A folder of the portal']],
    ['ThirdPartyConsumer', ['`ThirdPartyConsumer`: Storage such as S3']],
    ['storageParams', ['No credentials', 'module: s3, bucket: acme-backups']],
    ['module', ['#### module\n', '`s3`: Amazon S3']],
    ['bucket', ["The bucket's name alone", 'bucket: acme-backups']],
    ['odd', ['No setting of this storage that we know']],
    ['backupsStored', ['Copies kept, 1 to 30', 'backupsStored: 7']],
    ['period', ['How often backups run', '`EveryMonth`: Once a month']],
    ['day', ['EveryMonth: 1 to 31', 'day: Sunday']],
    ['hour', ["in the portal's own time zone", 'hour: 3']],
    ['acme:', ['What this portal has of its own']],
    ['state', ['`absent`: No schedule: the one it has is deleted']],
    ['1, storageParams', ["The API's number: 0 Documents, 1 ThirdPartyDocuments"]],
  ])('%s what it means, with an example', async (word, shown) => {
    const [first = '', ...rest] = word;
    const hover = await editor.hover(policy.replace(word, `${first}‸${rest.join('')}`));
    for (const part of shown) expect(hover).toContain(part);
    expect(hover).not.toMatch(/Thrid|\|\||`\d`/);
  });
});

describe('an editor underlines', () => {
  const portal = (fields: string) => `version: 1\nportals:\n  acme: { ${fields} }`;
  const s3 = (params: string) =>
    portal(`storageType: ThirdPartyConsumer, storageParams: { module: s3, ${params} }`);
  const wrong: readonly (readonly [string, string, readonly string[]])[] = [
    ['another version', 'version: 2\nportals: {}', ['1: Value must be 1.']],
    ['a type that there is not', portal('storageType: DataStor'), [`3: Must be one of ${TYPES.join(', ')}.`]],
    ['a bad name', 'version: 1\nportals:\n  Acme:', ['3: Is no portal name']],
    [
      'an hour that there is not',
      portal('cronParams: { period: EveryDay, hour: 24 }'),
      ['3: Value is above the maximum of 23.'],
    ],
    [
      'a day of every day',
      portal('cronParams: { period: EveryDay, day: 1, hour: 2 }'),
      ['3: EveryDay has no day: drop it.'],
    ],
    [
      'a week without a day',
      portal('cronParams: { period: EveryWeek, hour: 2 }'),
      ['3: Missing property "day".'],
    ],
    [
      'Documents without a folder',
      portal('storageType: 0, storageParams: { bucket: x }'),
      ['3: Missing property "folderId".'],
    ],
    [
      'a folder of words',
      portal('storageType: Documents, storageParams: { folderId: mine }'),
      ["3: Must be the folder's number: digits alone."],
    ],
    [
      'a module that there is not',
      portal('storageType: 5, storageParams: { module: s4, bucket: x }'),
      ['3: Must be one of s3, googlecloud, rackspace.'],
    ],
    ['an address for a bucket', s3('bucket: "s3://x"'), ["3: Must be a bucket's name alone"]],
    ['a slip in a param', s3('bucket: x, SubDir: y'), ['3: Is one of module, bucket']],
    ['a credential', s3('bucket: x, secretaccesskey: y'), ['3: Looks like a credential']],
    ['another placeholder', s3('bucket: x, subdir: "<portal>"'), ['3: Must have no step']],
    ['a region without its dash', s3('bucket: x, region: eu-west1'), ['3: Is no region of AWS']],
    [
      'more beside absent',
      portal('state: absent, backupsStored: 7'),
      ['3: Has no place beside "state: absent"'],
    ],
    ['a value for a map', 'version: 1\nportals:\n  acme: 7', ['3: Must be a map.']],
    [
      'a text for a limit',
      'version: 1\nguard: { maxWeaken: ten }\nportals: {}',
      ['2: Must be a whole number, or a whole percent'],
    ],
  ];

  it('what is wrong, at its line, once', async () => {
    const found = await Promise.all(
      wrong.map(async ([what, text]) => [what, await editor.check(text)] as const),
    );
    const wanted = wrong.map(([what, , messages]) => [
      what,
      messages.map((message) => expect.stringContaining(message)),
    ]);
    expect(found).toEqual(wanted);
  });

  it('nothing of what reading takes, numbers and the spelling of the API among it', async () => {
    const good = [
      portal(
        'storageType: 1, storageParams: { folderId: "sbox-31-|backups" }, cronParams: { period: 1, day: 7, hour: 0 }',
      ),
      portal('storageType: ThridpartyDocuments, storageParams: { folderId: x }'),
      portal('storageType: Documents, storageParams: { folderId: "{portal}" }'),
      s3(
        'bucket: acme-backups, region: eu-west-1, subdir: "{portal}", usehttp: "False", sse: AES256, serviceurl: ""',
      ),
      portal('storageType: 5, storageParams: { module: RackSpace, region: LON, odd: 7 }'),
      'version: 1\ndefaults:\nprofiles: { gold: }\nportals: { acme: , globex: { state: absent, dump: true, mode: detect } }',
    ];
    expect(await Promise.all(good.map((text) => editor.check(text)))).toEqual(good.map(() => []));
  });
});
