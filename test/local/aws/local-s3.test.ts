import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { createLocalS3, type ObjectChange } from '../../../local/aws/local-s3.ts';
import { type AwsClients, openClients, refusalOf } from './aws-clients.ts';

const NOON = Date.parse('2026-11-23T12:00:00.250Z');
const Bucket = 'policies';

let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await startAws({ now: () => NOON });
  clients = openClients(aws.url);
  aws.s3.createBucket(Bucket, { versioning: true });
});
afterEach(async () => {
  clients.destroy();
  await aws.close();
});

it('makes the SDK throw on a body that changed under its checksum', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'as it was' }));
  aws.s3.bucket(Bucket).current('a')?.body.write('AS');
  const got = await clients.s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
  await expect(got.Body?.transformToString()).rejects.toThrow(/[Cc]hecksum mismatch/);
});

it('hides what is missing from a caller who may not list', async () => {
  aws.s3.hideMissing = true;
  aws.s3.put(Bucket, 'there', 'text');
  aws.s3.put(Bucket, 'gone', 'text');
  aws.s3.remove(Bucket, 'gone');
  const denied = { name: 'AccessDenied', status: 403 };
  const { s3 } = clients;
  expect(await refusalOf(s3.send(new GetObjectCommand({ Bucket, Key: 'missing' })))).toEqual(denied);
  expect(await refusalOf(s3.send(new GetObjectCommand({ Bucket, Key: 'gone' })))).toEqual(denied);
  expect(await refusalOf(s3.send(new HeadObjectCommand({ Bucket, Key: 'missing' })))).toMatchObject({
    status: 403,
  });
  expect(await refusalOf(s3.send(new ListObjectsV2Command({ Bucket })))).toEqual(denied);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'there' }));
  expect(await got.Body?.transformToString()).toBe('text');
});

it('shows tests what is there, and takes what they put', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'reports/b', Body: 'by the wire' }));
  aws.s3.put(Bucket, 'policies/a', 'by hand');
  aws.s3.put(Bucket, 'policies/gone', 'text');
  aws.s3.remove(Bucket, 'policies/gone');
  expect(aws.s3.keys(Bucket)).toEqual(['policies/a', 'reports/b']);
  expect(aws.s3.keys(Bucket, 'policies/')).toEqual(['policies/a']);
  expect(aws.s3.text(Bucket, 'reports/b')).toBe('by the wire');
  expect(aws.s3.text(Bucket, 'policies/gone')).toBeUndefined();
  expect(aws.s3.bucket(Bucket).versions('policies/gone')).toHaveLength(2);
  expect(() => aws.s3.put('other', 'a', 'a')).toThrow('The specified bucket does not exist');
});

it('lists 3,000 objects in three pages', async () => {
  const keys = Array.from({ length: 3000 }, (_, index) => `reports/${String(index).padStart(4, '0')}.json`);
  for (const key of keys.toReversed()) aws.s3.put(Bucket, key, '');
  const seen: (string | undefined)[] = [];
  for await (const page of paginateListObjectsV2({ client: clients.s3 }, { Bucket })) {
    seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
  }
  expect(seen).toEqual(keys);
  expect(aws.calls.count({ operation: 'ListObjectsV2' })).toBe(3);
});

describe('changes', () => {
  let changes: ObjectChange[];
  beforeEach(() => {
    changes = [];
    aws.s3.onChange((change) => changes.push(change));
  });

  it('are told of puts, delete markers and deletions for good, in order', async () => {
    const { s3 } = clients;
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'text' }));
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b', VersionId }));
    const common = { bucket: Bucket, key: 'a b', at: NOON, requestId: expect.any(String) };
    const sequencer = expect.stringMatching(/^[0-9A-F]{18}$/);
    expect(changes).toEqual([
      {
        ...common,
        sequencer,
        kind: 'created',
        versionId: VersionId,
        etag: '1cb251ec0d568de6a929b520c4aed8d1',
        size: 4,
      },
      {
        ...common,
        sequencer,
        kind: 'delete-marker-created',
        versionId: marker.VersionId,
        etag: 'd41d8cd98f00b204e9800998ecf8427e',
      },
      { ...common, sequencer, kind: 'permanently-deleted', versionId: VersionId },
    ]);
    const sequence = changes.map((change) => change.sequencer);
    expect(sequence).toEqual(sequence.toSorted());
    expect(new Set(sequence).size).toBe(3);
  });

  it('are in sequence also when the clock goes back', () => {
    let now = Date.parse('2026-11-23T12:00:00Z');
    const s3 = createLocalS3({ now: () => now, randomBytes: (size) => Buffer.alloc(size) });
    s3.createBucket(Bucket);
    s3.onChange((change) => changes.push(change));
    s3.put(Bucket, 'a', 'one');
    now -= 3_600_000;
    s3.put(Bucket, 'a', 'two');
    now += 7_200_000;
    s3.put(Bucket, 'a', 'three');
    expect(changes.map(({ sequencer }) => sequencer)).toEqual([
      '006B042AC000000001',
      '006B042AC000000002',
      '006B0438D000000003',
    ]);
  });

  it('carry no version id where the bucket keeps no versions', async () => {
    aws.s3.createBucket('plain');
    aws.s3.put('plain', 'a', 'text');
    aws.s3.remove('plain', 'a');
    expect(changes.map(({ kind }) => kind)).toEqual(['created', 'permanently-deleted']);
    for (const change of changes) expect(change).not.toHaveProperty('versionId');
  });

  it('are not told of what changed nothing', async () => {
    aws.s3.createBucket('plain');
    aws.s3.remove('plain', 'never');
    aws.s3.put(Bucket, 'a', 'text');
    const refused = new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', IfNoneMatch: '*' });
    await refusalOf(clients.s3.send(refused));
    expect(changes).toHaveLength(1);
  });

  it('are told no more once nobody wants to hear', () => {
    const heard: ObjectChange[] = [];
    const stop = aws.s3.onChange((change) => heard.push(change));
    aws.s3.put(Bucket, 'a', 'text');
    stop();
    aws.s3.put(Bucket, 'b', 'text');
    expect(heard.map(({ key }) => key)).toEqual(['a']);
  });
});
